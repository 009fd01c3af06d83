import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { CLI, createWorkspace, lacking, layOutInstructLab, startTerminal, type Terminal } from '../src/index.ts';

const missing = lacking('tmux');

async function atTerminal(args: readonly string[], { prepare }: { readonly prepare?: (home: string) => Record<string, string> } = {}) {
  const workspace = await createWorkspace();
  onTestFinished(() => workspace.remove());
  const config = join(workspace.home, '.config', 'instructlab', 'config.yaml');
  const env = { ...workspace.env, PATH: `${withoutGpus(workspace.home)}:${workspace.env['PATH']}`, ...prepare?.(workspace.home) };
  const terminal = await startTerminal([process.execPath, CLI, ...args], { env, cwd: workspace.home, columns: 140 });
  onTestFinished(() => terminal.close());
  return { terminal, config };
}

/** A machine of the tests' own: whatever this one has, its tools say nothing. */
function withoutGpus(home: string): string {
  const bin = join(home, 'bin');
  mkdirSync(bin);
  for (const tool of ['nvidia-smi', 'rocm-smi']) {
    writeFileSync(join(bin, tool), '#!/bin/sh\nexit 9\n');
    chmodSync(join(bin, tool), 0o755);
  }
  return bin;
}

const ended = (terminal: Terminal) => terminal.shows(/ended with \d+/);

describe.skipIf(missing)(`ilab config at a terminal${missing ? `: ${missing}` : ''}`, () => {
  it('init says what the machine has, and asks for one thing: the model, with its size', async () => {
    const { terminal, config } = await atTerminal(['config', 'init']);
    const asked = await terminal.shows('Number [1]:');
    expect(asked.replace(/has \d+ cores, [\d.]+ GB/, 'has N cores, N GB')).toMatchInlineSnapshot(`
      "This machine has N cores, N GB of memory and no GPU that could be found.
      Which model to begin with? Nothing is downloaded yet.
        1) instructlab/granite-7b-lab-GGUF:Q4_K_M  4.1 GB, for any machine
        2) instructlab/merlinite-7b-lab-GGUF:Q4_K_M  4.4 GB, for any machine
        3) instructlab/granite-7b-lab  13.5 GB, for a GPU with 20 GB or more, and for training
      Number [1]:"
    `);
    await terminal.type('2', 'Enter');
    expect(await ended(terminal)).toMatch(/The model to chat with and to serve is instructlab\/merlinite-7b-lab-GGUF:Q4_K_M\.\n.*config\.yaml\nended with 0$/s);
    expect(readFileSync(config, 'utf8')).toContain('chat:\n  model: instructlab/merlinite-7b-lab-GGUF:Q4_K_M\n');
  });

  it('init offers what an older InstructLab left, too', async () => {
    const { terminal, config } = await atTerminal(['config', 'init'], {
      prepare(home) {
        layOutInstructLab(home);
        return {};
      },
    });
    expect(await terminal.shows('Number [1]:')).toMatch(/ 4\) .* here\n/);
    const number = /(\d)\) instructlab\/merlinite-7b-lab {2}.* here$/m.exec(await terminal.screen())?.[1] ?? '';
    await terminal.type(number, 'Enter');
    expect(await ended(terminal)).toContain('ended with 0');
    expect(readFileSync(config, 'utf8')).toContain('model: instructlab/merlinite-7b-lab\n');
  });

  it('init takes the first for Enter', async () => {
    const { terminal, config } = await atTerminal(['config', 'init']);
    await terminal.shows('Number [1]:');
    await terminal.type('Enter');
    expect(await ended(terminal)).toContain('ended with 0');
    expect(readFileSync(config, 'utf8')).toContain('model: instructlab/granite-7b-lab-GGUF:Q4_K_M\n');
  });

  it.each([
    ['C-c', /Interrupted\.\n {2}Run the same command again when you like\.\nended with 130$/],
    ['9', /ended with 2$/],
  ])('init writes nothing after %s', async (key, says) => {
    const { terminal, config } = await atTerminal(['config', 'init']);
    await terminal.shows('Number [1]:');
    await terminal.type(key, ...(key === 'C-c' ? [] : ['Enter']));
    expect(await ended(terminal)).toMatch(says);
    expect(existsSync(config)).toBe(false);
  });

  it('init asks nothing with --non-interactive', async () => {
    const { terminal } = await atTerminal(['config', 'init', '--non-interactive']);
    const screen = await ended(terminal);
    expect(screen).toContain('ended with 0');
    expect(screen).not.toContain('Number');
  });

  it('edit opens a draft again until it is valid, and only then replaces the file', async () => {
    const { terminal, config } = await atTerminal(['config', 'edit'], {
      prepare(home) {
        mkdirSync(join(home, '.config', 'instructlab'), { recursive: true });
        writeFileSync(join(home, '.config', 'instructlab', 'config.yaml'), 'version: 2.0.0\n');
        writeFileSync(join(home, 'editor'), '#!/bin/sh\nif grep -q x "$1"; then sed -i s/x/never/ "$1"; else echo "models: {pull: x}" >> "$1"; fi\n');
        chmodSync(join(home, 'editor'), 0o755);
        return { VISUAL: join(home, 'editor'), EDITOR: 'false' };
      },
    });
    const asked = await terminal.shows('Edit it again? [y/N]');
    expect(asked).toMatch(/config\.draft\.yaml:2:10: models\.pull must be missing/);
    expect(readFileSync(config, 'utf8')).toBe('version: 2.0.0\n');
    await terminal.type('y', 'Enter');
    expect(await ended(terminal)).toContain('ended with 0');
    expect(readFileSync(config, 'utf8')).toBe('version: 2.0.0\nmodels: {pull: never}\n');
    expect(existsSync(join(config, '..', 'config.draft.yaml'))).toBe(false);
  });

  it('edit leaves Ctrl-C to the editor', async () => {
    const { terminal, config } = await atTerminal(['config', 'edit'], {
      prepare(home) {
        writeFileSync(
          join(home, 'editor'),
          '#!/bin/sh\ntrap "echo got it" INT\necho ready\nwhile ! read -r line; do :; done\necho "chat: {model: $line}" >> "$1"\n',
        );
        chmodSync(join(home, 'editor'), 0o755);
        return { EDITOR: join(home, 'editor') };
      },
    });
    await terminal.shows('ready');
    for (const count of [1, 2]) {
      await terminal.type('C-c');
      await terminal.shows(new RegExp(`(got it[^]*){${count}}`));
    }
    await terminal.type('a/b', 'Enter');
    expect(await ended(terminal)).toContain('ended with 0');
    expect(readFileSync(config, 'utf8')).toContain('chat: {model: a/b}');
  });
});
