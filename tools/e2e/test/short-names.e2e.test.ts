import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { CLI, createWorkspace, lacking, startTerminal, type Workspace } from '../src/index.ts';

const noTerminal = lacking('tmux');

describe('two versions of one model from two registries, and the Hub', () => {
  const hubs: Hub[] = [];
  let workspace: Workspace;
  /** What is in each model, by its canonical reference. */
  let contents: ReadonlyMap<string, string>;
  let candidates: readonly string[];

  async function serve(where: string, names: readonly string[]): Promise<Hub> {
    const versions = new Map(names.map((name) => [name, snapshotOf({ 'granite.gguf': `GGUF ${name} of ${where}` })]));
    const hub = await startHub({ models: [{ repository: 'acme/granite', versions }] });
    hubs.push(hub);
    return hub;
  }

  beforeAll(async () => {
    const hub = await serve('the Hub', ['main']);
    const one = await serve('one', ['v1', 'v2']);
    const two = await serve('two', ['v1', 'v2']);
    contents = new Map([
      ['huggingface.co/acme/granite:main', 'GGUF main of the Hub'],
      ...[one, two].flatMap(({ host }, index) =>
        ['v1', 'v2'].map((name): [string, string] => [`${host}/acme/granite:${name}`, `GGUF ${name} of ${index === 0 ? 'one' : 'two'}`]),
      ),
    ]);
    candidates = [`${one.host}/acme/granite:v2`, `${two.host}/acme/granite:v2`, 'huggingface.co/acme/granite:main'].sort();
    workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
    expect(await workspace.ilab(['model', 'download', ...contents.keys()])).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    await workspace?.remove();
    for (const hub of hubs) await hub.close();
  });

  const explain = (...more: readonly string[]) => workspace.ilab(['model', 'path', ...more, '--explain']);
  const read = (path: string): string => readFileSync(path.trim(), 'utf8');

  it('are listed apart', async () => {
    const { stdout } = await workspace.ilab(['model', 'list', '--json']);
    const { result } = JSON.parse(stdout) as { result: { models: { reference: string; path: string }[] } };
    expect(result.models.map(({ reference }) => reference).sort()).toEqual([...contents.keys()].sort());
    expect(new Set(result.models.map(({ path }) => path)).size).toBe(5);
  });

  it('are each found by every form', async () => {
    for (const [reference, content] of contents) {
      const [, repository = '', version = ''] = /^(.*):([^:]+)$/.exec(reference) ?? [];
      const { path } = JSON.parse((await workspace.ilab(['model', 'path', reference, '--json'])).stdout).result as { path: string };
      const forms = [reference, `${repository}/${version}`, path, ...(repository.startsWith('hugging') ? ['acme/granite', 'hf://acme/granite@main'] : [])];
      for (const form of forms) expect([form, read((await workspace.ilab(['model', 'path', form])).stdout)]).toEqual([form, content]);
    }
    // Without a version it is the highest that is here.
    for (const reference of candidates) {
      const { stdout } = await workspace.ilab(['model', 'path', reference.replace(/:[^:]+$/, '')]);
      expect(read(stdout)).toBe(contents.get(reference));
    }
  });

  it('are told where one short name fits all and nobody can be asked', async () => {
    const { code, stdout } = await workspace.ilab(['model', 'path', 'granite', '--json']);
    const { error } = JSON.parse(stdout) as { error: { code: string; details: { candidates: string[] } } };
    expect({ code, error: error.code }).toEqual({ code: 4, error: 'E_AMBIGUOUS' });
    expect(error.details.candidates).toEqual(candidates);
  });

  it.skipIf(noTerminal !== undefined)(`are asked for once on a terminal${noTerminal === undefined ? '' : ` (${noTerminal})`}`, async () => {
    const terminal = await startTerminal([process.execPath, CLI, 'model', 'path', 'granite'], { env: workspace.env, cwd: workspace.home, columns: 120 });
    onTestFinished(() => terminal.close());
    const asked = await terminal.shows('Number');
    expect(asked).toContain(`Which “granite”?\n${candidates.map((one, index) => `  ${index + 1}) ${one}`).join('\n')}\n`);
    await terminal.type('2', 'Enter');
    await terminal.shows('ended with 0');
    const record = join(workspace.home, '.cache', 'instructlab', 'short-name-aliases.conf');
    const { code, stdout, stderr } = await explain('granite');
    expect(code).toBe(0);
    expect(read(stdout)).toBe(contents.get(candidates[1] ?? ''));
    expect(stderr).toContain(`(${record}:3)`);
  });

  it('are chosen by registries.conf, and before that by the configuration of ilab', async () => {
    const written = join(workspace.home, '.config', 'containers', 'registries.conf');
    await mkdir(dirname(written), { recursive: true });
    await writeFile(written, `[aliases]\n"granite" = "${candidates[0]?.replace(/:v2$/, '')}"\n`);
    const byPodman = await explain('granite');
    expect(read(byPodman.stdout)).toBe(contents.get(candidates[0] ?? ''));
    expect(byPodman.stderr).toContain(`(${written}:2)`);
    expect(await workspace.ilab(['model', 'alias', 'set', 'granite', 'huggingface.co/acme/granite:main'])).toMatchObject({ code: 0 });
    const byIlab = await explain('granite');
    expect(read(byIlab.stdout)).toBe('GGUF main of the Hub');
    expect(byIlab.stderr).toMatch(/alias: .*config\.yaml:\d+\)/);
  });
});
