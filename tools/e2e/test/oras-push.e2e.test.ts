import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Content, contentOf, createRemoteRegistries, type Descriptor, type RemoteRepository } from '@ilab/oras';
import { createHttp } from '@ilab/transfer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lacking, type RealServer, startDistribution, startDockerRegistry, startOlareg } from '../src/index.ts';

const http = createHttp({ userAgent: 'test', env: {} });
afterAll(() => http.close());
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const EMPTY = { mediaType: 'application/vnd.oci.empty.v1+json', ...describeBytes(Buffer.from('{}')) };

function describeBytes(bytes: Uint8Array): Pick<Descriptor, 'digest' | 'size' | 'annotations'> {
  return { digest: `sha256:${createHash('sha256').update(bytes).digest('hex')}`, size: bytes.length, annotations: {} };
}

function blobOf(bytes: Uint8Array): Descriptor {
  return { mediaType: 'application/octet-stream', ...describeBytes(bytes) };
}

function manifestOf(layers: readonly Descriptor[], extra: object = {}): { readonly descriptor: Descriptor; readonly content: Content } {
  const value = { schemaVersion: 2, mediaType: MANIFEST, artifactType: 'application/vnd.example', config: EMPTY, layers, ...extra };
  const bytes = Buffer.from(JSON.stringify(value));
  return { descriptor: { mediaType: MANIFEST, ...describeBytes(bytes) }, content: contentOf(bytes) };
}

async function read(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await Array.fromAsync(source));
}

const SERVERS = [
  { name: 'docker-registry', start: startDockerRegistry, takesTagsAway: false, hasCatalog: true, keepsSha512: false },
  { name: 'registry', start: startDistribution, takesTagsAway: true, hasCatalog: true, keepsSha512: false },
  { name: 'olareg', start: startOlareg, takesTagsAway: true, hasCatalog: false, keepsSha512: true },
] as const;

for (const { name, start, takesTagsAway, hasCatalog, keepsSha512 } of SERVERS) {
  const reason = lacking(name);
  describe.skipIf(reason !== undefined)(`${name}${reason === undefined ? '' : ` (${reason})`}`, () => {
    let directory: string;
    let server: RealServer;
    const remote = createRemoteRegistries({ http, credentials: { find: async () => undefined } });
    const at = (repository: string): Promise<RemoteRepository> => remote.repository({ host: server.host, repository }, {});

    beforeAll(async () => {
      directory = await mkdtemp(join(tmpdir(), 'ilab-oras-'));
      server = await start({ directory });
    });
    afterAll(async () => {
      await server?.stop();
      await rm(directory, { recursive: true, force: true });
    });

    async function pushModel(
      repository: RemoteRepository,
      tag: string,
    ): Promise<{ readonly layer: Descriptor; readonly bytes: Buffer; readonly manifest: Descriptor }> {
      const bytes = randomBytes(300_000);
      const layer = blobOf(bytes);
      await repository.push(EMPTY, contentOf(Buffer.from('{}')), {});
      await repository.push(layer, contentOf(bytes), {});
      const { descriptor, content } = manifestOf([layer]);
      await repository.push(descriptor, content, {});
      await repository.tag(descriptor, tag, {});
      return { layer, bytes, manifest: descriptor };
    }

    it('takes blobs, manifests and tags, and gives them back as they were', async () => {
      const repository = await at('acme/model');
      const { layer, bytes, manifest } = await pushModel(repository, 'v1');
      expect(await repository.resolve('v1', {})).toEqual(manifest);
      expect(await repository.resolve(manifest.digest, {})).toEqual(manifest);
      expect(await read(repository.fetch(layer, {}))).toEqual(bytes);
      expect(describeBytes(await read(repository.fetch(manifest, {}))).digest).toBe(manifest.digest);
      expect(await Array.fromAsync(repository.tags({}))).toEqual(['v1']);
      const catalog = Array.fromAsync(remote.catalog(server.host, {}));
      if (hasCatalog) expect(await catalog).toContain('acme/model');
      else await expect(catalog).rejects.toMatchObject({ code: 'E_NOT_FOUND', message: expect.stringContaining('no list of its repositories') });
    });

    it('gets nothing twice', async () => {
      const repository = await at('acme/twice');
      const bytes = randomBytes(1000);
      expect(await repository.push(blobOf(bytes), contentOf(bytes), {})).toBe(1000);
      expect(await repository.push(blobOf(bytes), contentOf(bytes), {})).toBe(0);
    });

    it('takes an empty blob', async () => {
      const repository = await at('acme/empty');
      await repository.push(blobOf(Buffer.alloc(0)), contentOf(Buffer.alloc(0)), {});
      expect(await repository.exists(blobOf(Buffer.alloc(0)), {})).toBe(true);
      expect(await read(repository.fetch(blobOf(Buffer.alloc(0)), {}))).toHaveLength(0);
    });

    it(keepsSha512 ? 'takes sha512' : 'takes no sha512, and that is told', async () => {
      const bytes = randomBytes(100);
      const descriptor: Descriptor = { ...blobOf(bytes), digest: `sha512:${createHash('sha512').update(bytes).digest('hex')}` };
      const repository = await at('acme/sha512');
      const pushing = repository.push(descriptor, contentOf(bytes), {});
      // distribution keeps it under its sha256, where nobody finds it.
      if (!keepsSha512) return expect(pushing).rejects.toMatchObject({ code: 'E_REGISTRY', hint: expect.stringContaining('use sha256') });
      expect(await pushing).toBe(100);
      expect(await read(repository.fetch(descriptor, {}))).toEqual(bytes);
    });

    it('refuses content that is not the descriptor’s', async () => {
      const repository = await at('acme/wrong');
      const descriptor = blobOf(randomBytes(1000));
      await expect(repository.push(descriptor, contentOf(randomBytes(1000)), {})).rejects.toMatchObject({ code: 'E_INTEGRITY' });
      await expect(repository.push(descriptor, contentOf(randomBytes(999)), {})).rejects.toMatchObject({ code: 'E_INTEGRITY' });
      await expect(repository.push(descriptor, contentOf(randomBytes(1001)), {})).rejects.toMatchObject({ code: 'E_INTEGRITY' });
      expect(await repository.exists(descriptor, {})).toBe(false);
    });

    it('refuses a manifest whose blobs are not there, and says so', async () => {
      const repository = await at('acme/missing');
      await repository.push(EMPTY, contentOf(Buffer.from('{}')), {});
      const layer = blobOf(randomBytes(10));
      const { descriptor, content } = manifestOf([layer]);
      await expect(repository.push(descriptor, content, {})).rejects.toMatchObject({ code: 'E_REGISTRY', message: expect.stringContaining('lacks something') });
    });

    it('mounts a blob from another repository without a byte sent', async () => {
      const { layer } = await pushModel(await at('acme/from'), 'v1');
      const repository = await at('acme/to');
      expect(await repository.mount(layer, { host: server.host, repository: 'acme/from' }, {})).toBe(true);
      expect(await repository.exists(layer, {})).toBe(true);
      expect(await repository.mount(blobOf(randomBytes(10)), { host: server.host, repository: 'acme/from' }, {})).toBe(false);
      expect(await repository.mount(layer, { host: 'elsewhere.example', repository: 'acme/from' }, {})).toBe(false);
    });

    it('keeps who refers to a manifest, whether it has a list of its own or not', async () => {
      const repository = await at('acme/referrers');
      const { manifest } = await pushModel(repository, 'v1');
      expect(await Array.fromAsync(repository.referrers(manifest, {}))).toEqual([]);
      const kinds = ['application/vnd.example.a', 'application/vnd.example.b', 'application/vnd.example.a'];
      const pushed = kinds.map((artifactType, number) => manifestOf([EMPTY], { artifactType, annotations: { number: String(number) }, subject: manifest }));
      await Promise.all(pushed.map(({ descriptor, content }) => repository.push(descriptor, content, {})));
      const all = await Array.fromAsync(repository.referrers(manifest, {}));
      expect(all.map(({ digest }) => digest).sort()).toEqual(pushed.map(({ descriptor }) => descriptor.digest).sort());
      const some = await Array.fromAsync(repository.referrers(manifest, { artifactType: 'application/vnd.example.b' }));
      expect(some).toMatchObject([{ artifactType: 'application/vnd.example.b', annotations: { number: '1' }, digest: pushed[1]?.descriptor.digest }]);
      expect(await repository.delete(some[0] ?? manifest, {})).toBe(true);
      expect(await Array.fromAsync(repository.referrers(manifest, {}))).toHaveLength(2);
      expect(await Array.fromAsync(repository.tags({}))).toEqual(['v1']);
    });

    it('deletes manifests and blobs', async () => {
      const repository = await at('acme/delete');
      const { layer, manifest } = await pushModel(repository, 'v1');
      expect(await repository.delete(manifest, {})).toBe(true);
      await expect(repository.resolve('v1', {})).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
      expect(await repository.delete(manifest, {})).toBe(false);
      expect(await repository.delete(layer, {})).toBe(true);
      expect(await repository.exists(layer, {})).toBe(false);
    });

    it(takesTagsAway ? 'takes one tag away and leaves the other' : 'can’t take a tag away, which leaves both', async () => {
      const repository = await at('acme/untag');
      const { manifest } = await pushModel(repository, 'v1');
      await repository.tag(manifest, 'v2', {});
      if (takesTagsAway) expect(await repository.untag('v1', {})).toBe(true);
      else await expect(repository.untag('v1', {})).rejects.toMatchObject({ code: 'E_REGISTRY', message: expect.stringContaining('can’t take a tag away') });
      expect(await repository.resolve('v2', {})).toEqual(manifest);
      expect((await Array.fromAsync(repository.tags({}))).sort()).toEqual(takesTagsAway ? ['v2'] : ['v1', 'v2']);
    });
  });
}
