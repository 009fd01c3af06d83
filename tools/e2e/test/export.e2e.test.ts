import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkspace, findPython, lacking, mustRun, root, type Workspace } from '../src/index.ts';

const FILES = { 'config.json': '{"model_type": "llama"}', 'model.safetensors': 'weights', 'a dir/deep/x#y.txt': 'odd', 'README.md': '# m' };

let hub: Hub;
let workspace: Workspace;
let repository: string;
beforeEach(async () => {
  hub = await startHub({
    models: [
      {
        repository: 'acme/m',
        versions: new Map([
          ['main', snapshotOf(FILES)],
          ['v1', snapshotOf({ ...FILES, 'model.safetensors': 'old' })],
        ]),
      },
    ],
  });
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
  repository = join(workspace.home, '.cache', 'huggingface', 'hub', 'models--acme--m');
});
afterEach(async () => {
  await hub.close();
  await workspace.remove();
});

type Exported = { readonly path: string; readonly revision: string; readonly here: number; readonly bytes: number; readonly files: readonly string[] };
const exported = async (reference: string, ...more: readonly string[]): Promise<Exported> => {
  const { code, stdout } = await workspace.ilab(['model', 'export', reference, '--hf-cache', '--json', ...more]);
  expect(code, stdout).toBe(0);
  return (JSON.parse(stdout) as { result: Exported }).result;
};
const failure = async (...args: readonly string[]) => {
  const { code, stdout } = await workspace.ilab(['model', 'export', ...args, '--json']);
  const { error } = JSON.parse(stdout) as { error: { code: string; message: string; hint?: string } };
  return { exit: code, ...error };
};

describe('ilab model export --hf-cache', () => {
  it('lays a model out as the official client does, downloaded first, its bytes shared', async () => {
    const { path, revision, files } = await exported('acme/m');
    expect(path).toBe(join(repository, 'snapshots', revision));
    expect([...files].sort()).toEqual(Object.keys(FILES).sort());
    expect(readFileSync(join(repository, 'refs', 'main'), 'utf8')).toBe(revision);
    for (const [file, content] of Object.entries(FILES)) {
      const place = join(path, file);
      expect(readlinkSync(place)).toMatch(/^(?:\.\.\/)+blobs\/(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
      expect(readFileSync(place, 'utf8')).toBe(content);
      // The store's own name, and this one.
      expect(statSync(place).nlink).toBeGreaterThanOrEqual(2);
    }
    expect(readdirSync(join(repository, 'blobs')).length).toBe(4);
    expect(existsSync(join(repository, '..', 'CACHEDIR.TAG'))).toBe(true);
  });

  it('does nothing the second time, and adds a version beside', async () => {
    await exported('acme/m');
    const again = await exported('acme/m', '--offline');
    expect(again.here).toBe(again.bytes);
    const old = await exported('acme/m:v1');
    expect(old.here).toBe(old.bytes - 'old'.length);
    expect(readdirSync(join(repository, 'refs')).sort()).toEqual(['main', 'v1']);
    expect(readdirSync(join(repository, 'snapshots')).length).toBe(2);
    expect(readdirSync(join(repository, 'blobs')).length).toBe(5);
  });

  it('refuses what the cache has no name for, and says what to do instead', async () => {
    const file = join(root, 'tools', 'demo', 'models', 'ilab', 'demo', 'v1', 'ilab-demo-q8_0.gguf');
    for (const reference of [`${hub.host}/acme/m:v1`, file]) {
      expect(await failure(reference, '--hf-cache')).toMatchObject({ exit: 2, code: 'E_USAGE', hint: expect.stringContaining('ilab model path') });
    }
    expect(existsSync(repository)).toBe(false);
    expect(await failure('acme/m')).toMatchObject({ exit: 2, message: expect.stringContaining('hf-cache') });
  });

  it('never writes through a link', async () => {
    const elsewhere = join(workspace.home, 'elsewhere');
    for (const made of [repository, elsewhere]) mkdirSync(made, { recursive: true });
    symlinkSync(elsewhere, join(repository, 'blobs'));
    expect(await failure('acme/m', '--hf-cache')).toMatchObject({ exit: 8, code: 'E_STORE', message: expect.stringContaining(join(repository, 'blobs')) });
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(lstatSync(join(repository, 'blobs')).isSymbolicLink()).toBe(true);
  });
});

const noPython = lacking('huggingface_hub');

describe.skipIf(noPython !== undefined)(`huggingface_hub of Python${noPython === undefined ? '' : ` (skipped: ${noPython})`}`, () => {
  const python = async (script: string): Promise<string> =>
    (await mustRun(findPython() ?? '', ['-c', script], { env: { ...workspace.env, HF_ENDPOINT: 'http://127.0.0.1:9', HF_HUB_OFFLINE: '1' } })).trim();

  it('finds what was exported, offline, by name and by version', async () => {
    const { path } = await exported('acme/m');
    const old = await exported('acme/m:v1');
    await hub.close();
    expect(await python(`from huggingface_hub import snapshot_download; print(snapshot_download("acme/m"))`)).toBe(path);
    expect(await python(`from huggingface_hub import snapshot_download; print(snapshot_download("acme/m", revision="v1"))`)).toBe(old.path);
    const file = await python(`from huggingface_hub import hf_hub_download; print(hf_hub_download("acme/m", "a dir/deep/x#y.txt"))`);
    expect(readFileSync(file, 'utf8')).toBe('odd');
    hub = await startHub({ models: [] });
  });

  it('sees no damage, goes on from it online, and removes it without harm to the store', async () => {
    const { revision } = await exported('acme/m');
    const scan = `from huggingface_hub import scan_cache_dir; c = scan_cache_dir(); print(c.warnings, [(r.repo_id, r.nb_files, sorted(r.refs)) for r in c.repos])`;
    expect(await python(scan)).toBe(`[] [('acme/m', 4, ['main'])]`);
    const online = `from huggingface_hub import snapshot_download; print(snapshot_download("acme/m"))`;
    const said = await mustRun(findPython() ?? '', ['-c', online], { env: workspace.env });
    expect(said.trim().endsWith(revision)).toBe(true);
    await mustRun(findPython() ?? '', ['-m', 'huggingface_hub.cli.hf', 'cache', 'rm', 'model/acme/m', '--yes'], { env: workspace.env });
    expect(existsSync(repository)).toBe(false);
    expect((await workspace.ilab(['model', 'verify', '--all'])).code).toBe(0);
  });
});
