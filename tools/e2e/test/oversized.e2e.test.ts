import { copyFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { addLlamaCpp, CLI, createWorkspace, DEMO_MODELS, lacking, NO_LLAMA_CPP, startTerminal, type Terminal, type Workspace } from '../src/index.ts';

/** More than any machine of this decade has. */
const SIZE = 2 ** 42;
const missing = lacking('tmux');
const SAYS = /takes 4\d{3}\.\d GB of memory \(weights 4398\.0 GB, context [\d.]+ GB\), and [\d.]+ GB are free\./;

/** The demo model with a hole behind it: the file has that size, and takes no place on the disk. */
describe.skipIf(NO_LLAMA_CPP)(`a model that fits no memory${NO_LLAMA_CPP}`, { timeout: 60_000 }, () => {
  let workspace: Workspace;
  let model: string;
  beforeAll(async () => {
    workspace = await createWorkspace();
    await addLlamaCpp(workspace);
    model = join(workspace.home, 'large.gguf');
    await copyFile(DEMO_MODELS.v1, model);
    await truncate(model, SIZE);
  }, 60_000);
  afterAll(() => workspace?.remove());

  it.each([
    ['serve', () => ['model', 'serve', '--model', model, '--port', '0']],
    ['chat', () => ['model', 'chat', '--model', model, 'What is LoRA?']],
    ['test', () => ['model', 'test', '--model', model, '--base-model', DEMO_MODELS.v2, '--prompt', 'What is LoRA?']],
  ])('is refused by %s where nobody can be asked, with what it takes and what to do', async (_what, args) => {
    const { code, stderr } = await workspace.ilab(args());
    expect({ code, stderr }).toEqual({ code: 11, stderr: expect.stringMatching(SAYS) });
    expect(stderr).toContain('Error [E_NO_MEMORY]');
    expect(stderr).toContain('a smaller quantisation');
  });

  it('is told of in JSON with its figures', async () => {
    const { code, stdout } = await workspace.ilab(['model', 'serve', '--model', model, '--port', '0', '--json']);
    const { ok, error } = JSON.parse(stdout) as { readonly ok: boolean; readonly error: object };
    expect({ code, ok, error }).toMatchObject({
      code: 11,
      ok: false,
      error: { code: 'E_NO_MEMORY', message: expect.stringMatching(SAYS), details: { weights: SIZE, free: expect.any(Number) } },
    });
  });

  describe.skipIf(missing)(`at a terminal${missing ? `: ${missing}` : ''}`, () => {
    const start = async (...args: readonly string[]): Promise<Terminal> => {
      const terminal = await startTerminal([process.execPath, CLI, 'model', ...args, '--model', model], {
        env: workspace.env,
        cwd: workspace.home,
        columns: 160,
      });
      onTestFinished(() => terminal.close());
      await terminal.shows('Start it all the same? [y/N]');
      return terminal;
    };

    it('is asked about first, and not started where nobody wants it', async () => {
      const terminal = await start('serve', '--port', '0');
      await terminal.type('Enter');
      expect(await terminal.shows(/ended with \d+/)).toMatch(/Error \[E_NO_MEMORY\][\s\S]*ended with 11$/);
    });

    it('is loaded where somebody does, as long as it may take, and let go by Ctrl-C', async () => {
      const terminal = await start('chat', '-t', '0');
      await terminal.type('y', 'Enter');
      await terminal.shows(/\[y\/N\] y\n?/);
      await terminal.type('C-c');
      expect(await terminal.shows(/ended with \d+/)).toContain('ended with 130');
    });
  });
});
