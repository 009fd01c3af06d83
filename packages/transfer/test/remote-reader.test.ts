import { createHash, randomBytes } from 'node:crypto';
import type { LocateOptions, ReadRequest, RemoteBlob } from '@ilab/core';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttp, createRemoteReader } from '../src/index.ts';
import { type FaultServer, startFaultServer } from './fault-server.ts';
import { cutAfter, lie, ordinary, spoil, status, wholeOnly } from './faults.ts';

const content = randomBytes(300_000);
const sha256 = createHash('sha256').update(content).digest('hex');
const blob: RemoteBlob = { id: 'b', size: content.length, digest: `sha256:${sha256}` };
const snapshot = { source: 'oci', host: 'r', repository: 'a', revision: 'x' };
const http = createHttp({ userAgent: 'test', env: {} });
const reader = createRemoteReader(http);
afterAll(() => http.close());

let server: FaultServer;
let located: number;
beforeEach(async () => {
  server = await startFaultServer(content);
  located = 0;
});
afterEach(() => server[Symbol.asyncDispose]());

async function read(more: Partial<ReadRequest> = {}, signal?: AbortSignal): Promise<Buffer> {
  const registry = {
    async locate() {
      located += 1;
      return { url: `${server.origin}/blob`, headers: { authorization: 'Bearer x' } };
    },
  };
  const pieces: Uint8Array[] = [];
  for await (const piece of reader.read({ registry, snapshot, blob, ...more }, { signal })) pieces.push(piece);
  return Buffer.concat(pieces);
}

const ranges = () => server.requests.map(({ headers }) => headers.range);

describe('a blob that is read to be passed on', () => {
  it('comes whole, over one request that asks for no range', async () => {
    expect((await read()).equals(content)).toBe(true);
    expect(ranges()).toEqual([undefined]);
    expect(server.requests[0]?.headers).toMatchObject({ authorization: 'Bearer x', 'accept-encoding': 'identity' });
  });

  it.each([
    [0, 10],
    [100_000, 200_001],
    [299_999, 300_000],
  ])('comes in part, from %d to %d', async (start, end) => {
    expect((await read({ range: { start, end } })).equals(content.subarray(start, end))).toBe(true);
    expect(ranges()).toEqual([`bytes=${start}-${end - 1}`]);
  });

  it('of nothing asks nobody', async () => {
    const empty: RemoteBlob = { id: 'e', size: 0, digest: `sha256:${createHash('sha256').digest('hex')}` };
    expect(await read({ blob: empty })).toHaveLength(0);
    expect(await read({ range: { start: 5, end: 5 } })).toHaveLength(0);
    expect(server.requests).toEqual([]);
  });

  it('goes on where connections broke, with closed ranges', async () => {
    server.next(cutAfter(100_000), cutAfter(100_000));
    expect((await read()).equals(content)).toBe(true);
    expect(ranges()).toEqual([undefined, 'bytes=100000-299999', 'bytes=200000-299999']);
  });

  it('is taken from the middle of the whole where the server knows no ranges', async () => {
    server.next(cutAfter(100_000), wholeOnly());
    expect((await read()).equals(content)).toBe(true);
    server.next(wholeOnly());
    expect((await read({ range: { start: 1000, end: 2000 } })).equals(content.subarray(1000, 2000))).toBe(true);
  });

  it('is located anew where its address expired, and not for ever', async () => {
    server.next(cutAfter(100_000), status(403));
    expect((await read()).equals(content)).toBe(true);
    expect(located).toBe(3);
    server.always(status(403));
    await expect(read()).rejects.toMatchObject({ code: 'E_FORBIDDEN', side: 'source' });
    server.always(status(401));
    await expect(read()).rejects.toMatchObject({ code: 'E_UNAUTHORIZED' });
    expect(located).toBeLessThan(12);
  });

  it('that is another is found out before its last bytes are given', async () => {
    server.next(spoil(10));
    const given: number[] = [];
    const registry = { locate: async () => ({ url: `${server.origin}/blob`, headers: {} }) };
    const reading = (async () => {
      for await (const piece of reader.read({ registry, snapshot, blob }, {})) given.push(piece.length);
    })();
    await expect(reading).rejects.toMatchObject({ code: 'E_INTEGRITY', side: 'source' });
    expect(given.reduce((sum, size) => sum + size, 0)).toBeLessThan(content.length);
  });

  it('is known by its Git id, too', async () => {
    const hex = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    expect((await read({ blob: { ...blob, digest: `git-sha1:${hex}` } })).equals(content)).toBe(true);
    await expect(read({ blob: { ...blob, digest: `git-sha1:${hex.replace(/^./, 'x')}` as RemoteBlob['digest'] } })).rejects.toMatchObject({
      code: 'E_INTEGRITY',
    });
  });

  it.each([
    ['is gone', status(404), 'E_NOT_FOUND'],
    ['is longer', lie(200, {}, Buffer.alloc(300_001)), 'E_REGISTRY'],
    ['is shorter', lie(200, {}, Buffer.alloc(299_999)), 'E_REGISTRY'],
  ])('that %s ends it', async (_how, answer, code) => {
    server.always(answer);
    await expect(read()).rejects.toMatchObject({ code });
    expect(server.requests).toHaveLength(1);
  });

  it('in another range than was asked for is refused', async () => {
    server.always(lie(206, { 'content-range': 'bytes 0-9/300000' }, Buffer.alloc(10)));
    await expect(read({ range: { start: 10, end: 20 } })).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });

  it('is made ready to be sent without being read, where its sha256 is known', async () => {
    const registry = { locate: async () => ({ url: `${server.origin}/blob`, headers: {} }) };
    const ready = await reader.prepare({ registry, snapshot, file: { path: 'f', blob } }, {});
    expect(ready).toMatchObject({ path: 'f', size: content.length, sha256 });
    expect(server.requests).toHaveLength(0);
    expect(Buffer.concat(await Array.fromAsync(ready.open({ start: 5, end: 9 }))).equals(content.subarray(5, 9))).toBe(true);
  });

  it('is read once where it is not, and held if it is small', async () => {
    const registry = { locate: async () => ({ url: `${server.origin}/blob`, headers: {} }) };
    const hex = createHash('sha1').update(`blob ${content.length}\0`).update(content).digest('hex');
    const ready = await reader.prepare({ registry, snapshot, file: { path: 'f', blob: { ...blob, digest: `git-sha1:${hex}` } } }, {});
    expect(ready.sha256).toBe(sha256);
    expect(Buffer.concat(await Array.fromAsync(ready.open())).equals(content)).toBe(true);
    expect(server.requests).toHaveLength(1);
  });

  it('stops at a signal', async () => {
    server.always(ordinary());
    await expect(read({}, AbortSignal.abort(new Error('enough')))).rejects.toThrow('enough');
  });

  it.each([
    ['does not have it', status(404)],
    ['refuses', status(403)],
    ['breaks off', cutAfter(100_000)],
  ])('goes on at the next place where one %s', async (_what, answer) => {
    const mirror = await startFaultServer(content);
    mirror.always(answer);
    const places = [`${mirror.origin}/blob`, `${server.origin}/blob`];
    const registry = {
      async locate(_request: unknown, { failed = [] }: LocateOptions) {
        const left = places.filter((url) => !failed.some((one) => one.url === url));
        return { url: left[0] ?? 'none', headers: {}, ...(left.length > 1 && { more: true }) };
      },
    };
    expect((await read({ registry })).equals(content)).toBe(true);
    expect(mirror.requests).toHaveLength(1);
    await mirror[Symbol.asyncDispose]();
  });
});
