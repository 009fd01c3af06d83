import { createHttp } from '@ilab/transfer';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { contentOf, createRemoteRegistries, type Descriptor, type RemoteRepository } from '../src/index.ts';
import { referrersTag } from '../src/remote/referrers/referrers-tag.ts';
import { digestOf, type FakeRegistry, type Quirks, startFakeRegistry } from './fake-registry.ts';

const http = createHttp({ userAgent: 'test', env: {} });
afterAll(() => http.close());
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const SUBJECT: Descriptor = { mediaType: MANIFEST, digest: digestOf(Buffer.from('subject')), size: 7, annotations: {} };
const TAG = referrersTag(SUBJECT.digest);

let registry: FakeRegistry;
afterEach(() => registry[Symbol.asyncDispose]());

async function scene(quirks: Quirks = {}): Promise<RemoteRepository> {
  registry = await startFakeRegistry(quirks);
  return createRemoteRegistries({ http, credentials: { find: async () => undefined } }).repository({ host: registry.host, repository: 'a/b' }, {});
}

function attachment(name: string, artifactType = 'application/vnd.example'): { readonly descriptor: Descriptor; readonly bytes: Buffer } {
  const empty = { mediaType: 'application/vnd.oci.empty.v1+json', digest: digestOf(Buffer.from('{}')), size: 2 };
  const value = { schemaVersion: 2, mediaType: MANIFEST, artifactType, config: empty, layers: [], subject: SUBJECT, annotations: { name } };
  const bytes = Buffer.from(JSON.stringify(value, null, 1));
  return { bytes, descriptor: { mediaType: MANIFEST, digest: digestOf(bytes), size: bytes.length, annotations: {} } };
}

function entry(name: string, artifactType = 'application/vnd.example'): object {
  return { mediaType: MANIFEST, digest: digestOf(Buffer.from(name)), size: 1, artifactType, annotations: { name } };
}

function put(tag: string, value: object, type = INDEX): void {
  registry.manifests.set(tag, { bytes: Buffer.from(JSON.stringify(value)), type });
}

async function names(repository: RemoteRepository, artifactType?: string): Promise<readonly (string | undefined)[]> {
  const found = await Array.fromAsync(repository.referrers(SUBJECT, artifactType === undefined ? {} : { artifactType }));
  return found.map(({ annotations }) => annotations['name']);
}

describe('the list of a registry that keeps one', () => {
  const page = (manifests: readonly object[]): string => JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests });
  const listing = (answer: (url: string) => { body: string; link?: string; type?: string; status?: number }): Quirks => ({
    before({ url }, response) {
      if (!url.includes('/referrers/')) return false;
      const { body, link, type = INDEX, status = 200 } = answer(url);
      response.writeHead(status, { 'content-type': type, ...(link !== undefined && { link }) }).end(body);
      return true;
    },
  });

  it('is read page by page, and filtered whether the registry does so or not', async () => {
    const repository = await scene(
      listing((url) =>
        url.includes('page=2')
          ? { body: page([entry('c')]) }
          : { body: page([entry('a'), entry('b', 'other')]), link: `<${url}${url.includes('?') ? '&' : '?'}page=2>; rel="next"` },
      ),
    );
    expect(await names(repository)).toEqual(['a', 'b', 'c']);
    expect(await names(repository, 'other')).toEqual(['b']);
    expect(registry.seen.at(-2)?.url).toContain('?artifactType=other');
  });

  it('has an end', async () => {
    const repository = await scene(listing((url) => ({ body: page([]), link: `<${url}>; rel="next"` })));
    await expect(names(repository)).rejects.toMatchObject({ code: 'E_REGISTRY', message: expect.stringContaining('1000 pages') });
  });

  it('does not lead elsewhere', async () => {
    const repository = await scene(listing(() => ({ body: page([]), link: '<https://evil.example/>; rel="next"' })));
    await expect(names(repository)).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });

  it.each([
    ['says there is no such page', { body: '404 page not found', type: 'text/plain', status: 404 }],
    ['does not know the method', { body: '', status: 405 }],
    ['has a page for everything', { body: '<html>', type: 'text/html' }],
  ])('is the tag where the server %s', async (_what, answer) => {
    const repository = await scene(listing(() => answer));
    expect(await names(repository)).toEqual([]);
    put(TAG, { schemaVersion: 2, mediaType: INDEX, manifests: [entry('a')] });
    expect(await names(repository)).toEqual(['a']);
  });

  it('is not the tag where the server has a bad moment, or says no', async () => {
    const repository = await scene(listing(() => ({ body: '{}', status: 403 })));
    await expect(names(repository)).rejects.toMatchObject({ code: 'E_FORBIDDEN' });
  });
});

describe('the tag of a registry that keeps no list', () => {
  it('is named by the subject’s digest, cut to what a tag can hold', () => {
    expect(TAG).toBe(SUBJECT.digest.replace(':', '-'));
    expect(referrersTag(`sha512:${'ab'.repeat(64)}`)).toBe(`sha512-${'ab'.repeat(32)}`);
  });

  it('gets what is pushed, once, with type and annotations; the bytes go as they came', async () => {
    const repository = await scene();
    const { descriptor, bytes } = attachment('a');
    await repository.push(descriptor, contentOf(bytes), {});
    await repository.push(descriptor, contentOf(bytes), {});
    expect(registry.manifests.get(descriptor.digest)?.bytes).toEqual(bytes);
    const index: unknown = JSON.parse(registry.manifests.get(TAG)?.bytes.toString() ?? '');
    const { annotations: _none, ...rest } = descriptor;
    expect(index).toEqual({
      schemaVersion: 2,
      mediaType: INDEX,
      manifests: [{ ...rest, artifactType: 'application/vnd.example', annotations: { name: 'a' } }],
    });
  });

  it('keeps what others wrote, fields that nobody knows too', async () => {
    const repository = await scene();
    put(TAG, { schemaVersion: 2, mediaType: INDEX, manifests: [{ ...entry('a'), extra: 1 }], annotations: { by: 'others' }, future: true });
    const { descriptor, bytes } = attachment('b');
    await repository.push(descriptor, contentOf(bytes), {});
    expect(JSON.parse(registry.manifests.get(TAG)?.bytes.toString() ?? '')).toMatchObject({
      annotations: { by: 'others' },
      future: true,
      manifests: [{ extra: 1 }, {}],
    });
  });

  it('is written by one at a time', async () => {
    const repository = await scene();
    const all = Array.from({ length: 10 }, (_value, number) => attachment(String(number)));
    await Promise.all(all.map(({ descriptor, bytes }) => repository.push(descriptor, contentOf(bytes), {})));
    expect(await names(repository)).toHaveLength(10);
  });

  it('is read again where somebody else was faster, who is not overwritten', async () => {
    let faster = 2;
    const repository = await scene({
      etags: true,
      before({ method, url }) {
        if (method === 'PUT' && url.endsWith(TAG) && faster > 0) put(TAG, { schemaVersion: 2, mediaType: INDEX, manifests: [entry(`other ${faster--}`)] });
        return false;
      },
    });
    put(TAG, { schemaVersion: 2, mediaType: INDEX, manifests: [] });
    const { descriptor, bytes } = attachment('ours');
    await repository.push(descriptor, contentOf(bytes), {});
    expect(await names(repository)).toEqual(['other 1', 'ours']);
  });

  it('is not taken away from what is no index', async () => {
    const repository = await scene();
    put(TAG, JSON.parse(attachment('x').bytes.toString()), MANIFEST);
    const { descriptor, bytes } = attachment('a');
    await expect(repository.push(descriptor, contentOf(bytes), {})).rejects.toMatchObject({ code: 'E_REGISTRY', message: expect.stringContaining(TAG) });
    expect(JSON.parse(registry.manifests.get(TAG)?.bytes.toString() ?? '')).toMatchObject({ annotations: { name: 'x' } });
  });
});
