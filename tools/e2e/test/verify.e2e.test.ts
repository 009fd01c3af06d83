import { chmod, link, mkdir, open, readFile, rm, unlink, writeFile } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createWorkspace, storeOf, type Workspace } from '../src/index.ts';

/** What a user sees of `ilab model verify`, against a registry that counts what it serves. */
/** Enough for threads. */
const SIZE = 9 * 1024 * 1024;
const shared = randomBytes(SIZE);
const own = [randomBytes(SIZE), randomBytes(SIZE)] as const;
const config = '{"model_type": "llama"}';

let hub: Hub;
let workspace: Workspace;
beforeEach(async () => {
  const versions = new Map([
    ['v1', snapshotOf({ 'config.json': config, 'model-00001-of-00002.safetensors': shared, 'model-00002-of-00002.safetensors': own[0] })],
    ['v2', snapshotOf({ 'config.json': config, 'model-00001-of-00002.safetensors': shared, 'model-00002-of-00002.safetensors': own[1] })],
  ]);
  hub = await startHub({ models: [{ repository: 'acme/model', versions }] });
  workspace = await createWorkspace({ HF_ENDPOINT: hub.url });
});
afterEach(async () => {
  await hub.close();
  await workspace.remove();
});

type Verified = {
  readonly ok: boolean;
  readonly error?: { readonly code: string };
  readonly result: Readonly<Record<'ok' | 'bad' | 'missing' | 'repaired' | 'skipped', unknown[]>> & Readonly<Record<'checked' | 'bytes' | 'fetched', number>>;
  readonly warnings: string[];
};

async function verify(...args: string[]): Promise<Verified & { readonly code: number | null }> {
  const { code, stdout } = await workspace.ilab(['model', 'verify', '--json', ...args]);
  return { code, ...(JSON.parse(stdout) as Verified) };
}

async function download(reference: string): Promise<string> {
  const { stdout } = await workspace.ilab(['model', 'download', reference]);
  return stdout.trim();
}

async function flip(place: string, offset: number): Promise<void> {
  await chmod(place, 0o644);
  const file = await open(place, 'r+');
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, offset);
  await file.write(Buffer.from([(buffer[0] ?? 0) ^ 4]), 0, 1, offset);
  await file.close();
  await chmod(place, 0o444);
}

/** Bytes of blobs that were asked for: ranges, or whole. */
function served(from: number): readonly string[] {
  return hub.requests
    .slice(from)
    .filter(({ method, url }) => method === 'GET' && url.includes('/blobs/'))
    .map(({ url }) => url.slice(url.indexOf('sha256:')));
}

describe('ilab model verify', () => {
  it('reads every byte and asks nobody', async () => {
    await download(`${hub.host}/acme/model:v1`);
    const asked = hub.requests.length;
    expect(await verify('model:v1', '--offline')).toMatchObject({
      code: 0,
      ok: true,
      result: { checked: 3, bytes: 2 * SIZE + config.length, ok: [`${hub.host}/acme/model:v1`], bad: [], missing: [] },
    });
    expect(hub.requests.length).toBe(asked);
    const { code, stdout } = await workspace.ilab(['model', 'verify', '--all']);
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringMatching(/^1 snapshot in order; 3 files, 18\.9 MB read and hashed\.$/m) });
  });

  it('tells what is damaged and missing with exit code 6, also of versions that share the bytes', async () => {
    const [v1] = [await download(`${hub.host}/acme/model:v1`), await download(`${hub.host}/acme/model:v2`)];
    await flip(join(v1, 'model-00001-of-00002.safetensors'), 1_000_000);
    await unlink(join(v1, 'config.json'));
    const { code, ok, error, result } = await verify('model:v1');
    expect({ code, ok, error: error?.code }).toEqual({ code: 6, ok: false, error: 'E_INTEGRITY' });
    const damaged = { file: 'model-00001-of-00002.safetensors', expected: expect.stringMatching(/^sha256:/), actual: expect.stringMatching(/^sha256:/) };
    expect(result.bad[0]).toEqual({ reference: `${hub.host}/acme/model:v1`, ...damaged });
    expect(result.missing).toEqual([{ reference: `${hub.host}/acme/model:v1`, file: 'config.json' }]);
    const { stdout } = await workspace.ilab(['model', 'verify', '--all']);
    expect(stdout).toMatch(/^Damaged\nREFERENCE +FILE +PROBLEM\n.*model-00001-of-00002\.safetensors +sha256:\S+, not sha256:/m);
    expect(await workspace.ilab(['model', 'verify'])).toMatchObject({ code: 2, stderr: expect.stringContaining('--all') });
  });

  it('says of a model whose description is torn that it is damaged', async () => {
    const path = await download(`${hub.host}/acme/model:v1`);
    await writeFile(join(path, '.metadata'), '{"schema": 1, ');
    const { code, result } = await verify('model:v1');
    expect({ code, bad: result.bad }).toEqual({ code: 6, bad: [expect.objectContaining({ reference: expect.stringContaining('acme/model/@sha256-') })] });
  });

  it('is completed with what is here', async () => {
    await download(`${hub.host}/acme/model:v1`);
    expect((await workspace.ilab(['complete', 'model', 'verify', ''])).stdout).toBe(`${hub.host}/acme/model:v1\n`);
    expect((await workspace.ilab(['complete', 'model', 'prune', '--'])).stdout.split('\n')).toEqual(
      expect.arrayContaining(['--dry-run', '--keep', '--older-than']),
    );
  });

  it('looks at presence and size only when it is quick', async () => {
    const path = await download(`${hub.host}/acme/model:v1`);
    await flip(join(path, 'config.json'), 0);
    expect(await verify('--all', '--quick')).toMatchObject({ code: 0, ok: true });
    await rm(join(path, 'config.json'));
    expect(await verify('--all', '--quick')).toMatchObject({ code: 6, result: { missing: [{ file: 'config.json' }] } });
  });

  it('skips what an older tool left, and warns of what is no part of a model', async () => {
    const path = await download(`${hub.host}/acme/model:v1`);
    await writeFile(join(path, 'notes.txt'), 'mine');
    await mkdir(storeOf(workspace), { recursive: true });
    await writeFile(join(storeOf(workspace), 'old.gguf'), 'GGUF\u0003\u0000\u0000\u0000before');
    const { code, result, warnings } = await verify('--all');
    expect({ code, skipped: result.skipped }).toEqual({ code: 0, skipped: ['old.gguf'] });
    expect(warnings).toEqual([expect.stringContaining('old.gguf'), expect.stringContaining('notes.txt')]);
  });

  it('finds a small file of a Hub that is damaged, and fetches that alone', async () => {
    const path = await download('hf://acme/model');
    await flip(join(path, 'config.json'), 0);
    expect(await verify('--all')).toMatchObject({ code: 6, result: { bad: [{ file: 'config.json' }] } });
    expect(await verify('--all', '--repair')).toMatchObject({ code: 0, result: { fetched: config.length, repaired: [{ file: 'config.json' }] } });
    expect(await readFile(join(path, 'config.json'), 'utf8')).toBe(config);
  });
});

describe('ilab model verify --repair', () => {
  it('fetches the damaged file and nothing else', async () => {
    const path = await download(`${hub.host}/acme/model:v1`);
    await flip(join(path, 'model-00002-of-00002.safetensors'), 12_345);
    const asked = hub.requests.length;
    expect(await verify('model:v1', '--repair')).toMatchObject({ code: 0, ok: true, result: { fetched: SIZE, bad: [], missing: [], repaired: [{}] } });
    expect(new Set(served(asked)).size).toBe(1);
    expect(await readFile(join(path, 'model-00002-of-00002.safetensors'))).toEqual(own[0]);
    expect(await verify('--all')).toMatchObject({ code: 0, warnings: [] });
  });

  it('fetches once what two versions have, and takes no damaged bytes for good ones', async () => {
    const [v1, v2] = [await download(`${hub.host}/acme/model:v1`), await download(`${hub.host}/acme/model:v2`)];
    const file = 'model-00001-of-00002.safetensors';
    // As where nothing but hard links can share.
    await unlink(join(v2, file));
    await link(join(v1, file), join(v2, file));
    await flip(join(v1, file), 77);
    const asked = hub.requests.length;
    expect(await verify('model:v1', '--repair')).toMatchObject({ code: 0, result: { fetched: SIZE, repaired: [{ file }, { file }] } });
    expect(new Set(served(asked)).size).toBe(1);
    for (const path of [v1, v2]) expect(await readFile(join(path, file))).toEqual(shared);
    expect(await verify('--all')).toMatchObject({ code: 0, result: { ok: [expect.any(String), expect.any(String)] } });
  });

  it('keeps what is damaged, and says where, when the registry is gone', async () => {
    const path = await download(`${hub.host}/acme/model:v1`);
    await flip(join(path, 'config.json'), 0);
    hub.faults.add({ on: '/v2/', kind: 'status', status: 404, times: 100 });
    const { code, result, warnings } = await verify('--all', '--repair');
    expect({ code, missing: result.missing }).toMatchObject({ code: 6, missing: [{ file: 'config.json' }] });
    const kept = /(\/\S+-damaged)/.exec(warnings.join('\n'))?.[1] ?? '';
    expect((await readFile(kept)).length).toBe(config.length);
    hub.faults.clear();
    expect(await verify('--all', '--repair')).toMatchObject({ code: 0, result: { repaired: [{ file: 'config.json' }] } });
    expect(await workspace.ilab(['model', 'verify', '--all', '--repair', '--offline'])).toMatchObject({ code: 9 });
  });
});
