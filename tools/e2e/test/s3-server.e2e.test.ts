import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Http, Registry, RemoteSnapshot } from '@ilab/plugin-api';
import { createTransfer } from '@ilab/transfer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lacking } from '../src/index.ts';
import { http, s3Reference, type S3World, s3World, storedKeys, s3Registry } from '../src/s3-world.ts';

const MB = 1024 * 1024;
const weights = randomBytes(10 * MB + 7);
const sha256 = (content: string | Buffer): Buffer => createHash('sha256').update(content).digest();

describe.skipIf(lacking('versitygw') !== undefined)('a real server', () => {
  let world: S3World;
  let directory: string;
  beforeAll(async () => {
    world = await s3World({ region: 'eu-central-1', domain: 'buckets.test' });
    directory = await mkdtemp(join(tmpdir(), 'ilab-s3-fetched-'));
    const { server } = world;
    await server.createBucket('private-models');
    await server.put('private-models/granite/v1/config.json', '{}', { headers: { 'x-amz-checksum-sha256': sha256('{}').toString('base64') } });
    await server.put('private-models/granite/v1/model.safetensors', weights, { parts: 5 * MB });
    await server.put('private-models/granite/v1/plain.txt', 'plain');
    await server.createBucket('open-models', { isPublic: true });
    await server.put(`open-models/flat/${encodeURIComponent('a (1)+&é.json')}`, '{"open": true}');
    await server.createBucket('kept-models', { isVersioned: true });
  });
  afterAll(async () => {
    await world.close();
    await rm(directory, { recursive: true, force: true });
  });

  const registryWith = (credentials = world.credentials): Registry => s3Registry({ credentials });
  const granite = () => s3Reference(world.server.host, 'private-models/granite', 'v1');
  const fileOf = ({ files }: RemoteSnapshot, path: string) => files.find((file) => file.path === path) ?? expect.fail(`no ${path}`);

  async function fetchFile(registry: Registry, snapshot: RemoteSnapshot, path: string) {
    const { blob } = fileOf(snapshot, path);
    const transfer = createTransfer({ userAgent: 'test', env: {} });
    const target = join(directory, blob.digest.replaceAll(/[^\w-]/g, '-'));
    try {
      const result = await transfer.fetch({ ...blob, target, locate: (options) => registry.locate({ snapshot, blob }, options) }, {});
      return { ...result, target };
    } finally {
      await transfer.close();
    }
  }

  it('finds the region out, and what the bytes can be held against', async () => {
    const { files, notices } = await registryWith().resolve(granite(), {});
    expect(files.map(({ path, blob }) => `${path} ${blob.digest.replace(/:.*/, '')}`)).toEqual([
      'config.json sha256',
      `model.safetensors md5-${5 * MB}`,
      'plain.txt md5',
    ]);
    expect(notices).toEqual([]);
  });

  it('has what came in parts verified, and gone on with where it broke off', async () => {
    const registry = registryWith();
    const snapshot = await registry.resolve(granite(), {});
    const { target, fetched, sha256: hex } = await fetchFile(registry, snapshot, 'model.safetensors');
    expect([fetched, hex]).toEqual([weights.length, sha256(weights).toString('hex')]);
    await writeFile(target, weights.subarray(0, 6 * MB));
    expect(await fetchFile(registry, snapshot, 'model.safetensors')).toMatchObject({ fetched: weights.length - 6 * MB });
    await writeFile(target, Buffer.concat([Buffer.alloc(MB), weights.subarray(MB, 6 * MB)]));
    expect(await fetchFile(registry, snapshot, 'model.safetensors')).toMatchObject({ sha256: hex });
    expect(sha256(await readFile(target))).toEqual(sha256(weights));
  });

  it('gives nothing to who has no keys, or wrong ones, and says which', async () => {
    const { host, accessKeyId } = world.server;
    await expect(registryWith(storedKeys({})).resolve(granite(), {})).rejects.toMatchObject({
      code: 'E_UNAUTHORIZED',
      hint: expect.stringContaining(`ilab login ${host}`),
    });
    const wrong = registryWith(storedKeys({ [host]: [accessKeyId, 'of somebody else'] }));
    await expect(wrong.resolve(granite(), {})).rejects.toMatchObject({ code: 'E_UNAUTHORIZED', message: expect.stringContaining('SignatureDoesNotMatch') });
  });

  it('reads an open bucket without a name, and a folder without versions as one', async () => {
    const registry = registryWith(storedKeys({}));
    const reference = s3Reference(world.server.host, 'open-models/flat');
    const snapshot = await registry.resolve(reference, {});
    expect(snapshot).toMatchObject({ version: 'latest', files: [{ path: 'a (1)+&é.json' }] });
    const { target } = await fetchFile(registry, snapshot, 'a (1)+&é.json');
    expect(await readFile(target, 'utf8')).toBe('{"open": true}');
    await expect(registry.resolve({ ...reference, repository: 'no-such-bucket/flat' }, {})).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
  });

  it('never mixes two states of an object', async () => {
    const { server } = world;
    const registry = registryWith();
    const put = (bucket: string, content: string) => server.put(`${bucket}/moving/v1/model.gguf`, content);
    for (const bucket of ['private-models', 'kept-models']) await put(bucket, 'older');
    const resolveIn = (bucket: string) => registry.resolve(s3Reference(server.host, `${bucket}/moving`, 'v1'), {});
    const [overwritten, kept] = [await resolveIn('private-models'), await resolveIn('kept-models')];
    for (const bucket of ['private-models', 'kept-models']) await put(bucket, 'newer');
    await expect(fetchFile(registry, overwritten, 'model.gguf')).rejects.toMatchObject({ code: 'E_NOT_FOUND', message: expect.stringContaining('412') });
    const { target } = await fetchFile(registry, kept, 'model.gguf');
    expect(await readFile(target, 'utf8')).toBe('older');
    expect((await resolveIn('kept-models')).revision).not.toBe(kept.revision);
  });

  it('is spoken to by the names of its buckets, too', async () => {
    const host = 'private-models.buckets.test';
    const asked: string[] = [];
    // What a name service would do.
    const named: Http = {
      request({ url, headers, ...rest }, options) {
        asked.push(new URL(url).pathname);
        return http.request({ ...rest, url: url.replace(`https://${host}`, `http://${world.server.host}`), headers: { ...headers, host } }, options);
      },
      stream: http.stream,
    };
    const credentials = storedKeys({ [host]: [world.server.accessKeyId, world.server.secretAccessKey] });
    const registry = s3Registry({ http: named, credentials });
    const snapshot = await registry.resolve(s3Reference(host, 'granite', 'v1'), {});
    expect(snapshot.files.map(({ path }) => path)).toEqual(['config.json', 'model.safetensors', 'plain.txt']);
    expect(asked.filter((path) => path === '/granite/')).toHaveLength(2);
    const { url } = await registry.locate({ snapshot, blob: fileOf(snapshot, 'plain.txt').blob }, {});
    expect(url).toBe(`https://${host}/granite/v1/plain.txt`);
    const { revision } = await registryWith().resolve(granite(), {});
    expect(snapshot.revision).toBe(revision);
  });

  it('takes keys that are right, and keeps no others', async () => {
    const { host, accessKeyId, secretAccessKey } = world.server;
    const credentials = storedKeys({});
    const registry = registryWith(credentials);
    await expect(registry.login?.({ host, username: accessKeyId, secret: 'wrong' }, {})).rejects.toMatchObject({ code: 'E_UNAUTHORIZED' });
    await expect(registry.resolve(granite(), {})).rejects.toMatchObject({ code: 'E_UNAUTHORIZED' });
    expect(await registry.login?.({ host, username: accessKeyId, secret: secretAccessKey }, {})).toEqual({ user: accessKeyId, place: 'memory', notices: [] });
    expect((await registry.resolve(granite(), {})).files).toHaveLength(3);
    expect(await registry.logout?.(host, {})).toEqual({ places: ['memory'], notices: [] });
  });
});
