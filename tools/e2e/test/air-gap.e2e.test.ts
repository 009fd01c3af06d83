import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLI, createWorkspace, findProgram, lacking, mustRun, storeOf, type Workspace } from '../src/index.ts';

const FILES = { 'config.json': '{"model_type": "llama"}', 'model.safetensors': 'weights', 'a dir/deep/x#y.txt': 'odd', 'README.md': '# m' };
const OLD = { ...FILES, 'model.safetensors': 'old' };

let hub: Hub;
let outside: Workspace;
let archive: string;
const places: Workspace[] = [];

type Loaded = {
  readonly reference: string;
  readonly revision: string;
  readonly path?: string;
  readonly here: number;
  readonly bytes: number;
  readonly movedFrom?: string;
};

async function result<T>(workspace: Workspace, ...args: readonly string[]): Promise<T> {
  const { code, stdout } = await workspace.ilab(['model', ...args, '--json']);
  expect(code, stdout).toBe(0);
  return (JSON.parse(stdout) as { result: T }).result;
}

/** A machine without a network. */
async function inside(): Promise<Workspace> {
  const workspace = await createWorkspace({ ILAB_OFFLINE: '1' });
  places.push(workspace);
  return workspace;
}

const load = async (workspace: Workspace, ...args: readonly string[]) => (await result<{ models: readonly Loaded[] }>(workspace, 'load', ...args)).models;

beforeAll(async () => {
  const versions = new Map([
    ['main', snapshotOf(FILES)],
    ['v1', snapshotOf(OLD)],
  ]);
  hub = await startHub({ models: [{ repository: 'acme/m', versions }] });
  outside = await createWorkspace({ HF_ENDPOINT: hub.url });
  for (const reference of ['acme/m', 'acme/m:v1']) await result(outside, 'download', reference);
  archive = join(outside.home, 'models.tar');
  await result(outside, 'save', 'acme/m', 'acme/m:v1', '--output', archive);
});
afterAll(async () => {
  await hub.close();
  await outside.remove();
  for (const place of places) await place.remove();
});

describe('ilab model save and load', () => {
  it('bring two versions of a model of the Hub over, with names, commits and shared bytes', async () => {
    const there = await inside();
    const models = await load(there, archive);
    expect(models.map(({ reference }) => reference)).toEqual(['huggingface.co/acme/m:main', 'huggingface.co/acme/m:v1']);
    for (const [reference, files] of [
      ['acme/m', FILES],
      ['acme/m:v1', OLD],
    ] as const) {
      const { stdout } = await there.ilab(['model', 'path', reference, '--offline']);
      for (const [file, content] of Object.entries(files)) expect(readFileSync(join(stdout.trim(), file), 'utf8')).toBe(content);
      const theirs = (await outside.ilab(['model', 'path', reference, '--offline'])).stdout.trim();
      expect(stdout.trim().slice(storeOf(there).length)).toBe(theirs.slice(storeOf(outside).length));
      expect(statSync(join(stdout.trim(), 'config.json')).nlink).toBe(2);
    }
    const { code } = await there.ilab(['model', 'verify', '--all']);
    expect(code).toBe(0);
    const again = await load(there, archive);
    expect(again.map(({ here, bytes }) => here === bytes)).toEqual([true, true]);
  });
  it('make the same file of the same models, with everything in it once', async () => {
    const other = join(outside.home, 'other.tar');
    await result(outside, 'save', 'acme/m', 'acme/m:v1', '--output', other);
    expect(readFileSync(other)).toEqual(readFileSync(archive));
    const listed = execFileSync('tar', ['-tf', archive], { encoding: 'utf8' }).trim().split('\n');
    // Two manifests and two configurations, five different files; what is around them.
    expect(listed.filter((name) => /[0-9a-f]{64}$/.test(name))).toHaveLength(9);
    expect(new Set(listed).size).toBe(listed.length);
    expect(readdirSync(outside.home).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });
  it('go through pipes', async () => {
    const there = await inside();
    const script = `"$1" "$2" model save acme/m | HOME="$3" ILAB_OFFLINE=1 "$1" "$2" model load`;
    const told = await mustRun('sh', ['-c', script, 'sh', process.execPath, CLI, there.home], { cwd: outside.home, env: outside.env });
    expect(told.trim()).toBe('huggingface.co/acme/m:main');
    expect((await there.ilab(['model', 'path', 'acme/m'])).code).toBe(0);
  });
  it('tell what would come in, and write nothing', async () => {
    const there = await inside();
    const models = await load(there, archive, '--dry-run');
    expect(models).toHaveLength(2);
    expect((await there.ilab(['model', 'path', 'acme/m'])).code).not.toBe(0);
  });
  it.each([
    ['an archive on standard output beside the result', ['save', 'acme/m', '--json'], 2],
    ['a path, which has no name', ['save', './models.tar', '--output', 'x.tar'], 3],
    ['a model that is not here', ['save', 'acme/other', '--output', 'x.tar'], 3],
    ['a file that is not there', ['load', 'nothing.tar'], 3],
    ['one name for two models', ['load', 'models.tar', '--as', 'quay.io/a/b:c'], 2],
  ] as const)('refuse %s', async (_what, args, exit) => {
    const { code, stdout } = await outside.ilab(['model', ...args, ...(args.includes('--json' as never) ? [] : ['--json'])]);
    expect([code, stdout.includes('"ok": false')], stdout).toEqual([exit, true]);
    expect(readdirSync(outside.home)).not.toContain('x.tar');
  });
});

it('take a part of a model of the Hub along as what it is', async () => {
  const part = join(outside.home, 'part.tar');
  await result(outside, 'save', 'acme/m#*.json', '--output', part);
  const there = await inside();
  const [loaded] = await load(there, part);
  expect(readdirSync(loaded?.path ?? '').filter((name) => !name.startsWith('.'))).toEqual(['config.json']);
});

const reason = lacking('skopeo');
describe.skipIf(reason !== undefined)(`skopeo${reason === undefined ? '' : ` (${reason})`}`, () => {
  it('reads what we write by name, and we what it writes', async () => {
    const skopeo = findProgram('skopeo') ?? '';
    const theirs = join(outside.home, 'theirs.tar');
    const name = 'huggingface.co/acme/m:main';
    const args = ['--insecure-policy', '--tmpdir', outside.home, 'copy', '--preserve-digests', `oci-archive:${archive}:${name}`, `oci-archive:${theirs}:any`];
    await mustRun(skopeo, args, { cwd: outside.home, env: outside.env });
    const there = await inside();
    const [loaded] = await load(there, theirs, '--as', 'quay.io/acme/m:v9');
    expect(loaded).toMatchObject({ reference: 'quay.io/acme/m:v9', revision: expect.stringMatching(/^sha256:/) });
    const { stdout } = await there.ilab(['model', 'path', 'quay.io/acme/m:v9']);
    expect(readFileSync(join(stdout.trim(), 'model.safetensors'), 'utf8')).toBe('weights');
  });
});
