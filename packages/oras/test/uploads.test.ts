import { randomBytes } from 'node:crypto';
import { IlabError } from '@ilab/core';
import { createHttp } from '@ilab/transfer';
import { afterAll, afterEach, describe, expect, it, vi } from 'vitest';
import {
  type Content,
  contentOf,
  createRemoteRegistries,
  type Descriptor,
  type RemoteRepository,
  type UploadRestart,
  type UploadSettings,
} from '../src/index.ts';
import { digestOf, type FakeRegistry, type Quirks, startFakeRegistry } from './fake-registry.ts';

vi.mock('../src/remote/pause.ts', () => ({ pause: async () => undefined }));
vi.mock('../src/remote/upload/upload-rules.ts', async (original) => {
  const rules = await original<typeof import('../src/remote/upload/upload-rules.ts')>();
  return { ...rules, habitsOf: (host: string) => ({ ...rules.habitsOf(host), chunkSize: 100_000, keptFrom: 50_000 }) };
});

const http = createHttp({ userAgent: 'test', env: {} });
afterAll(() => http.close());

let registry: FakeRegistry;
afterEach(() => registry[Symbol.asyncDispose]());
const restarts: UploadRestart[] = [];
const LARGE = randomBytes(250_000);
/** Goes in one request, and is worth going on with. */
const MEDIUM = randomBytes(90_000);

async function scene(quirks: Quirks = {}, uploads: UploadSettings = {}): Promise<RemoteRepository> {
  restarts.length = 0;
  registry = await startFakeRegistry(quirks);
  return another(uploads);
}

/** As another process sees the same registry. */
function another(uploads: UploadSettings = {}): Promise<RemoteRepository> {
  const settings = { onRestart: (restart: UploadRestart) => void restarts.push(restart), ...uploads };
  return createRemoteRegistries({ http, credentials: { find: async () => undefined }, uploads: settings }).repository(
    { host: registry.host, repository: 'a/b' },
    {},
  );
}

function describeBlob(bytes: Buffer): Descriptor {
  return { mediaType: 'application/octet-stream', digest: digestOf(bytes), size: bytes.length, annotations: {} };
}

function inPieces(bytes: Buffer): Content {
  return {
    async *open({ start, end } = { start: 0, end: bytes.length }) {
      for (let at = start; at < end; at += 10_000) yield bytes.subarray(at, Math.min(end, at + 10_000));
    },
  };
}

async function push(repository: RemoteRepository, bytes = LARGE, signal?: AbortSignal): Promise<number> {
  const sent = await repository.push(describeBlob(bytes), inPieces(bytes), { ...(signal && { signal }) });
  expect(registry.blobs.get(digestOf(bytes))?.equals(bytes)).toBe(true);
  return sent;
}

describe('an upload', () => {
  it('of little is one request, of exactly its length', async () => {
    const bytes = randomBytes(50_000);
    expect(await push(await scene(), bytes)).toBe(50_000);
    expect(registry.calls()).toEqual(['POST', 'PUT']);
    expect(registry.seen.at(-1)?.headers).toMatchObject({ 'content-length': '50000' });
  });

  it('of much goes in chunks, each to where the last answer led', async () => {
    expect(await push(await scene())).toBe(250_000);
    expect(registry.calls()).toEqual(['POST', 'PATCH 0-99999', 'PATCH 100000-199999', 'PATCH 200000-249999', 'PUT']);
    const states = registry.seen.filter(({ url }) => url.includes('/uploads/u')).map(({ url }) => /_state=([^&]*)/.exec(url)?.[1]);
    expect(states).toEqual(['s%2B0==', 's%2B100000==', 's%2B200000==', 's%2B250000==']);
  });

  it('has chunks that are as long as the registry wants them', async () => {
    await push(await scene({ leastChunk: 200_000 }));
    expect(registry.calls()).toEqual(['POST', 'PATCH 0-199999', 'PATCH 200000-249999', 'PUT']);
  });

  it.each(['created', 'refused'] as const)('goes in one request where the first chunk is %s, and from then on at once', async (chunks) => {
    const repository = await scene({ chunks });
    await push(repository);
    expect(registry.calls()).toEqual(['POST', 'PATCH 0-99999', 'DELETE', 'POST', 'PUT']);
    await push(repository, randomBytes(250_000));
    expect(registry.calls().slice(5)).toEqual(['POST', 'PUT']);
    expect(restarts).toEqual([]);
  });

  it.each([
    ['nothing', () => undefined],
    ['too little', () => '0-5'],
    ['too much', () => '0-999999'],
    ['nonsense', () => 'all of it'],
  ])('asks where an answer says %s', async (_what, sayRange) => {
    expect(await push(await scene({ sayRange }))).toBe(250_000);
    expect(registry.calls()).toContain('GET');
  });

  it('reads its content in one go, and from where it broke', async () => {
    const opened: unknown[] = [];
    const content: Content = {
      open(range) {
        opened.push(range?.start);
        return inPieces(LARGE).open(range);
      },
    };
    await (await scene()).push(describeBlob(LARGE), content, {});
    expect(opened.splice(0)).toEqual([0]);
    await registry[Symbol.asyncDispose]();
    await (await scene({ cuts: [35_000] })).push(describeBlob(LARGE), content, {});
    expect(opened).toEqual([0, 35_000]);
  });

  it('whose content can’t be read ends with what that says, and is not tried again', async () => {
    const problem = new IlabError('E_NETWORK', 'The source is gone.', { retryable: true, side: 'source' });
    const content: Content = {
      async *open({ start, end } = { start: 0, end: LARGE.length }) {
        if (start === 0) yield LARGE.subarray(0, 150_000);
        if (end > start) throw problem;
      },
    };
    await expect((await scene()).push(describeBlob(LARGE), content, {})).rejects.toBe(problem);
    expect(registry.calls().filter((call) => call.startsWith('PATCH'))).toHaveLength(2);
  });

  it('goes on where a connection broke', async () => {
    const sent = await push(await scene({ cuts: [40_000, 70_000] }));
    expect(registry.calls()).toEqual(expect.arrayContaining(['PATCH 40000-139999', 'GET', 'PATCH 110000-209999']));
    expect(sent).toBeLessThan(450_000);
    expect(restarts).toEqual([]);
  });

  it('goes on in the middle of one request, too', async () => {
    const sent = await push(await scene({ cuts: [40_000] }), MEDIUM);
    expect(registry.calls().filter((call) => call !== 'HEAD')).toEqual(['POST', 'PUT', 'GET', 'PATCH 40000-89999', 'PUT']);
    expect(sent).toBeLessThan(180_000);
  });

  it.each([LARGE, MEDIUM])('begins anew, and says so, where the registry forgot what it had', async (bytes) => {
    await push(await scene({ cuts: [40_000], forgets: true }), bytes);
    expect(restarts).toEqual([{ host: registry.host, repository: 'a/b', digest: digestOf(bytes) }]);
  });

  it('ends with an error where a connection breaks again and again', async () => {
    const repository = await scene({ cuts: Array.from({ length: 100 }, () => 1), forgets: true });
    await expect(push(repository)).rejects.toMatchObject({
      code: 'E_NETWORK',
      details: { resumable: false },
      hint: expect.stringContaining('from the beginning'),
    });
    expect(registry.calls().length).toBeLessThan(30);
  });

  it('is done where it is stored, though nobody said so', async () => {
    expect(await push(await scene({ silent: 1 }))).toBe(250_000);
    expect(registry.calls().filter((call) => call === 'PUT')).toHaveLength(1);
  });

  it('that is too large for a proxy says so', async () => {
    const repository = await scene({ before: ({ method }, response) => method === 'PATCH' && Boolean(response.writeHead(413).end()) });
    await expect(push(repository)).rejects.toMatchObject({ code: 'E_REGISTRY', hint: expect.stringContaining('proxy') });
  });

  it('follows no redirect', async () => {
    const repository = await scene({
      before: ({ method }, response) => method === 'PATCH' && Boolean(response.writeHead(307, { location: '/v2/elsewhere' }).end()),
    });
    await expect(push(repository)).rejects.toMatchObject({ code: 'E_REGISTRY', message: expect.stringContaining('307') });
    expect(registry.seen.some(({ url }) => url === '/v2/elsewhere')).toBe(false);
  });

  it('of content that is too short, or other content, is refused', async () => {
    const repository = await scene();
    for (const bytes of [randomBytes(250_000), LARGE.subarray(1)]) {
      await expect(repository.push(describeBlob(LARGE), contentOf(bytes), {})).rejects.toMatchObject({ code: 'E_INTEGRITY' });
    }
    expect(registry.blobs.size).toBe(0);
    expect(registry.uploads.size).toBe(0);
  });
});

describe('an upload that another process began', () => {
  function keeping() {
    const kept = new Map<string, string>();
    const sessions = { get: async (key: string) => kept.get(key), put: async (key: string, value: string) => void kept.set(key, value) };
    return { kept, uploads: { sessions } };
  }

  async function begin(uploads: UploadSettings, quirks: Quirks = {}): Promise<void> {
    const repository = await scene(quirks, uploads);
    const stop = new AbortController();
    const content: Content = {
      async *open({ start, end } = { start: 0, end: LARGE.length }) {
        yield LARGE.subarray(start, 200_000);
        stop.abort();
        yield LARGE.subarray(200_000, end);
      },
    };
    await expect(repository.push(describeBlob(LARGE), content, { signal: stop.signal })).rejects.toThrow();
  }

  it('goes on where it stopped', async () => {
    const { uploads } = keeping();
    await begin(uploads);
    expect(await push(await another(uploads))).toBe(50_000);
    expect(restarts).toEqual([]);
  });

  it('begins anew, and says so, where the registry does not know it any more', async () => {
    const { uploads } = keeping();
    await begin(uploads);
    registry.uploads.clear();
    expect(await push(await another(uploads))).toBe(250_000);
    expect(restarts).toHaveLength(1);
  });

  it('begins anew where what is there is not of this blob', async () => {
    const { uploads } = keeping();
    await begin(uploads);
    for (const id of registry.uploads.keys()) registry.uploads.set(id, randomBytes(200_000));
    expect(await push(await another(uploads))).toBe(300_000);
    expect(restarts).toHaveLength(1);
  });

  it('is looked for at its registry alone, whatever was kept', async () => {
    const { kept, uploads } = keeping();
    await begin(uploads);
    await using evil = await startFakeRegistry();
    for (const [key, location] of kept) kept.set(key, location.replace(registry.origin, evil.origin));
    expect(await push(await another(uploads))).toBe(250_000);
    expect(evil.seen).toEqual([]);
  });

  it('is given up at the registry where nothing is kept', async () => {
    await begin({});
    expect(registry.calls().at(-1)).toBe('DELETE');
    expect(registry.uploads.size).toBe(0);
  });
});
