import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ModelScope } from '@ilab/hub';
import type { Registry, RemoteSnapshot } from '@ilab/plugin-api';
import { createTransfer } from '@ilab/transfer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createModelScopeRegistry } from '../src/modelscope-registry.ts';
import { reference, SECRET, startScene, storeOf, testContext } from './scene.ts';

let hub: ModelScope;
let directory: string;
beforeEach(async () => {
  hub = await startScene({ private: ['acme/model'] });
  directory = await mkdtemp(join(tmpdir(), 'ilab-ms-'));
});
afterEach(async () => {
  await hub.close();
  await rm(directory, { recursive: true, force: true });
});

const registryWith = (token: string): Registry =>
  createModelScopeRegistry(testContext({ env: { MODELSCOPE_ENDPOINT: hub.url, ...(token !== '' && { MODELSCOPE_API_TOKEN: token }) } }));

async function fetchFile(
  registry: Registry,
  snapshot: RemoteSnapshot,
  path: string,
  partial?: string,
): Promise<{ readonly content: string; readonly fetched: number }> {
  const { blob } = snapshot.files.find((file) => file.path === path) ?? expect.fail(`no ${path}`);
  const target = join(directory, createHash('sha256').update(path).digest('hex'));
  if (partial !== undefined) await writeFile(target, partial);
  const transfer = createTransfer({ userAgent: 'test', env: {} });
  try {
    const { fetched } = await transfer.fetch({ ...blob, target, locate: (options) => registry.locate({ snapshot, blob }, options) }, {});
    return { content: await readFile(target, 'utf8'), fetched };
  } finally {
    await transfer.close();
  }
}

describe('a model', () => {
  it('comes whole, large files from elsewhere, where the token does not go', async () => {
    const registry = registryWith(SECRET);
    const snapshot = await registry.resolve(reference('acme/model'), {});
    expect(snapshot).toMatchObject({ version: 'master', kind: 'branch', revision: expect.stringMatching(/^[0-9a-f]{40}$/) });
    const contents = await Promise.all(snapshot.files.map(async ({ path }) => [path, (await fetchFile(registry, snapshot, path)).content]));
    expect(Object.fromEntries(contents)).toEqual({ 'config.json': '{"new": true}', 'sub dir/model #1.safetensors': 'weights '.repeat(100), 'empty.txt': '' });
    const elsewhere = hub.requests.filter(({ origin }) => origin === 'cdn');
    expect(elsewhere).toHaveLength(1);
    expect(JSON.stringify(elsewhere)).not.toContain(SECRET);
  });

  it('goes on where it broke off, and starts again where the hub sends whole files only', async () => {
    const registry = registryWith(SECRET);
    const snapshot = await registry.resolve(reference('acme/model', 'v2'), {});
    expect(await fetchFile(registry, snapshot, 'sub dir/model #1.safetensors', 'weights '.repeat(60))).toEqual({
      content: 'weights '.repeat(100),
      fetched: 320,
    });
    expect((await fetchFile(registry, snapshot, 'config.json', '{"new"')).content).toBe('{"new": true}');
  });

  it('is asked for by its commit once that is known', async () => {
    const registry = registryWith(SECRET);
    const snapshot = await registry.resolve(reference('acme/model', 'v1'), {});
    const [file] = snapshot.files;
    const { url } = file ? await registry.locate({ snapshot, blob: file.blob }, {}) : expect.fail('no file');
    expect(url).toBe(`${hub.url}/api/v1/models/acme/model/repo?Revision=${snapshot.revision}&FilePath=config.json`);
    const pinned = await registry.resolve(reference('acme/model', snapshot.revision), {});
    expect(pinned).toMatchObject({ kind: 'commit', revision: snapshot.revision, files: snapshot.files });
  });
});

describe('a token', () => {
  it('that is missing or refused is told apart, and said by none', async () => {
    await expect(registryWith('').resolve(reference('acme/model'), {})).rejects.toMatchObject({
      code: 'E_NOT_FOUND',
      hint: expect.stringContaining('ilab login modelscope.cn'),
    });
    const refused = registryWith('ms-of-yesterday').resolve(reference('acme/model'), {});
    await expect(refused).rejects.toMatchObject({ code: 'E_UNAUTHORIZED', message: expect.stringContaining('MODELSCOPE_API_TOKEN') });
    await expect(refused).rejects.toMatchObject({ message: expect.not.stringContaining('yesterday') });
  });

  it('of the default hub goes nowhere else', async () => {
    const env = { MODELSCOPE_ENDPOINT: 'https://elsewhere.example', MODELSCOPE_API_TOKEN: SECRET };
    const registry = createModelScopeRegistry(testContext({ env }));
    await expect(registry.resolve(reference('acme/model', 'v1', hub.host), {})).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    expect(hub.requests).toHaveLength(1);
    expect(JSON.stringify(hub.requests)).not.toContain(SECRET);
  });

  it('is kept by its host once the hub knows whose it is', async () => {
    const credentials = storeOf();
    const registry = createModelScopeRegistry(testContext({ credentials }));
    await expect(registry.login?.({ host: hub.host, secret: 'ms-wrong' }, {})).rejects.toMatchObject({ code: 'E_UNAUTHORIZED' });
    await expect(registry.login?.({ host: hub.host, secret: 'two words' }, {})).rejects.toMatchObject({ code: 'E_UNAUTHORIZED' });
    expect(credentials.stored.size).toBe(0);
    expect(await registry.login?.({ host: hub.host, secret: SECRET }, {})).toEqual({ user: 'alice', place: 'memory', notices: [] });
    expect(await registry.resolve(reference('acme/model', 'v1', hub.host), {})).toMatchObject({ kind: 'tag' });
    expect(await registry.logout?.(hub.host, {})).toEqual({ places: ['memory'], notices: [] });
  });
});
