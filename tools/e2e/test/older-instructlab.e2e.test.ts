import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkspace, fingerprint, layOutInstructLab, OLD_COMMIT, storeOf, type Workspace } from '../src/index.ts';

/** What InstructLab 0.26 left: listed, usable by name, importable, and never changed. */
let workspace: Workspace;
let digest: string;
beforeEach(async () => {
  workspace = await createWorkspace();
  ({ digest } = layOutInstructLab(workspace.home));
});
afterEach(() => workspace.remove());

const SHORT = `@${OLD_COMMIT.slice(0, 12)}`;

interface Row {
  readonly reference: string;
  readonly version: string;
  readonly path: string;
  readonly revision?: string;
}

async function json<T>(...args: string[]): Promise<T> {
  const { stdout } = await workspace.ilab([...args, '--json', '--offline']);
  return (JSON.parse(stdout) as { result: T }).result;
}

async function list(): Promise<{ readonly models: readonly Row[]; readonly checkpoints: readonly Row[]; readonly broken: readonly unknown[] }> {
  return json('model', 'list');
}

/** What it left, without what this ilab adds. */
function old(): readonly string[] {
  const theirs = [...fingerprint(join(workspace.home, '.cache', 'instructlab')), ...fingerprint(join(workspace.home, '.local'))];
  return theirs.filter((line) => !/\/models\/(?:\.store|localhost|huggingface\.co|quay\.io)(?:\/| )/.test(line));
}

it('is all listed, with the versions that can be recovered', async () => {
  const { models, checkpoints, broken } = await list();
  expect(models.map(({ reference, version }) => [reference, version])).toEqual([
    ['granite-7b-lab-Q4_K_M.gguf', SHORT],
    ['granite-7b-starter', `@${digest.slice(7, 19)}`],
    ['instructlab/merlinite-7b-lab', SHORT],
    ['mine.gguf', 'n/a'],
    ['prometheus-eval/prometheus-8x7b-v2.0', 'n/a'],
  ]);
  expect(checkpoints.map(({ reference }) => reference)).toEqual([
    'ggml-model-f16.gguf',
    'hf_format/samples_128',
    'hf_format/samples_8',
    'phased/phase1/checkpoints/hf_format/samples_64',
  ]);
  expect(broken).toEqual([]);
});

it('is all usable by the names that the list shows, where it is, and nothing of it is moved', async () => {
  const before = old();
  const { models, checkpoints } = await list();
  for (const { reference, path } of [...models, ...checkpoints]) expect(await json('model', 'path', reference)).toMatchObject({ path, downloaded: false });
  expect(before.length).toBeGreaterThan(models.length + checkpoints.length);
  expect(old()).toEqual(before);
});

describe('an import', () => {
  it('shows first what would come in, and brings in nothing then', async () => {
    const before = fingerprint(workspace.home);
    const { stdout, code } = await workspace.ilab(['model', 'import', '--from', 'instructlab', '--dry-run']);
    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`huggingface.co/instructlab/merlinite-7b-lab +${OLD_COMMIT.slice(0, 12)} `));
    expect(stdout).toMatch(/localhost\/granite-7b-starter +latest .*\/models\/granite-7b-starter\n/);
    expect(stdout).toMatch(/\nWould come in: \d+ B\n$/);
    expect(fingerprint(workspace.home)).toEqual(before);
  });

  it('brings in everything under names that tell where it came from, twice the same, and changes nothing of the old', async () => {
    const before = old();
    const { imported, refused } = await json<{ imported: { reference: string; revision: string; added: number }[]; refused: unknown[] }>(
      'model',
      'import',
      '--from',
      'instructlab',
    );
    expect(refused).toEqual([]);
    expect(imported.map(({ reference, revision }) => [reference, revision])).toEqual([
      ['localhost/granite-7b-lab-q4_k_m:latest', OLD_COMMIT],
      ['localhost/granite-7b-starter:latest', digest],
      [`huggingface.co/instructlab/merlinite-7b-lab:${OLD_COMMIT.slice(0, 12)}`, OLD_COMMIT],
      ['localhost/mine:latest', expect.stringMatching(/^sha256:/)],
      ['localhost/prometheus-eval/prometheus-8x7b-v2.0:latest', expect.stringMatching(/^sha256:/)],
    ]);
    expect(old()).toEqual(before);
    // By their old names they are still one model each, and the store's.
    for (const name of ['granite-7b-starter', 'merlinite-7b-lab', 'instructlab/merlinite-7b-lab', 'mine', 'prometheus-8x7b-v2.0', 'granite-7b-lab-Q4_K_M']) {
      const { path } = await json<{ path: string }>('model', 'path', name);
      expect(path).toMatch(/\/@/);
    }
    const again = await json<{ imported: { added: number }[] }>('model', 'import', '--from', 'instructlab');
    expect(again.imported.map(({ added }) => added)).toEqual([0, 0, 0, 0, 0]);
    expect(old()).toEqual(before);
  });

  it('by a name of its registry is the very revision that the registry has', async () => {
    const from = join(storeOf(workspace), 'granite-7b-starter');
    const [one] = (await json<{ imported: Row[] }>('model', 'import', from, '--as', 'quay.io/rhelai1/granite-7b-starter:1.1')).imported;
    expect(one).toMatchObject({ reference: 'quay.io/rhelai1/granite-7b-starter:1.1', revision: digest });
    expect(JSON.parse(readFileSync(join(one?.path ?? '', '.metadata'), 'utf8'))).toMatchObject({
      manifest: { digest },
      imported: { from, tool: expect.any(String) },
    });
  });

  it('refuses what has changed since it was downloaded, says so, and brings in the rest', async () => {
    writeFileSync(join(storeOf(workspace), 'instructlab', 'merlinite-7b-lab', 'model-00001-of-00002.safetensors'), 'eno');
    const { code, stderr, stdout } = await workspace.ilab(['model', 'import', '--from', 'instructlab']);
    expect({ code, stderr }).toEqual({ code: 6, stderr: expect.stringMatching(/Not imported: .*merlinite-7b-lab: .*not what InstructLab/) });
    expect(stdout.trim().split('\n')).toHaveLength(4);
    // The original is still there, and still used by its name.
    expect((await list()).models.map(({ reference }) => reference)).toContain('instructlab/merlinite-7b-lab');
    expect(await json('model', 'path', 'instructlab/merlinite-7b-lab')).toMatchObject({ path: join(storeOf(workspace), 'instructlab', 'merlinite-7b-lab') });
  });

  it('of links that lead to nothing brings in nothing, and keeps nothing else out', async () => {
    rmSync(join(workspace.home, '.cache', 'instructlab', 'oci'), { recursive: true });
    const { imported } = await json<{ imported: Row[] }>('model', 'import', '--from', 'instructlab');
    expect(imported.map(({ reference }) => reference)).not.toContain('localhost/granite-7b-starter:latest');
    expect(imported).toHaveLength(4);
  });
});
