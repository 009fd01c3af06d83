import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Digest, FetchRequest, FetchResult } from '@ilab/core';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createTransfer, type TransferOptions } from '../src/index.ts';

// How long is waited has tests of its own.
vi.mock('../src/http/retry-policy.ts', async (original) => ({ ...(await original<object>()), retryDelay: () => 1 }));

const MIB = 1024 * 1024;

/** Below and above the size from which a connection is read straight into the file: the same promises hold on both ways. */
describe.each([
  ['a small blob', 3 * MIB + 17],
  ['a large blob', 72 * MIB + 17],
])('%s', (_what, size) => {
  const content = randomBytes(size);
  const sha256 = createHash('sha256').update(content).digest('hex');
  let hub: Hub;
  let directory: string;
  let target: string;

  beforeAll(async () => {
    hub = await startHub({ models: [{ repository: 'acme/model', versions: new Map([['v1', snapshotOf({ 'model.gguf': content })]]) }] });
  });
  afterAll(() => hub.close());
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'ilab-transfer-'));
    target = join(directory, 'blob');
  });
  afterEach(async () => {
    hub.faults.clear();
    await rm(directory, { recursive: true, force: true });
  });

  const registryUrl = (): string => `${hub.url}/v2/acme/model/blobs/sha256:${sha256}`;

  /** Each call stands for a process of its own. */
  async function fetchBlob(
    more: Partial<FetchRequest> & { readonly url?: string; readonly signal?: AbortSignal; readonly options?: Partial<TransferOptions> } = {},
  ): Promise<FetchResult> {
    const { url = registryUrl(), signal, options, ...request } = more;
    const transfer = createTransfer({ userAgent: 'test', env: {}, ...options });
    try {
      const locate = async () => ({ url, headers: {} });
      return await transfer.fetch({ size, digest: `sha256:${sha256}`, target, locate, ...request }, signal ? { signal } : {});
    } finally {
      await transfer.close();
    }
  }

  function expectWhole(): void {
    expect(createHash('sha256').update(readFileSync(target)).digest('hex')).toBe(sha256);
    expect(existsSync(`${target}.journal`)).toBe(false);
  }

  it('comes whole, hashed, and without a journal left', async () => {
    expect(await fetchBlob()).toEqual({ fetched: size, linked: 0, sha256 });
    expectWhole();
  });

  it('is proved by a Git blob id or sha512, too', async () => {
    const git = createHash('sha1').update(`blob ${size}\0`).update(content).digest('hex');
    expect(await fetchBlob({ digest: `git-sha1:${git}` })).toEqual({ fetched: size, linked: 0, sha256 });
    const sha512 = createHash('sha512').update(content).digest('hex');
    expect(await fetchBlob({ digest: `sha512:${sha512}` })).toMatchObject({ sha256 });
  });

  it.each([1, 0.1, 0.5, 0.99])('goes on through a connection that breaks at %d of it', async (share) => {
    hub.faults.add({ on: '/blobs/', kind: 'cut', at: Math.floor((size - 1) * share), times: 1 });
    expect((await fetchBlob()).sha256).toBe(sha256);
    expectWhole();
  });

  it('goes on through a stall', async () => {
    hub.faults.add({ on: '/blobs/', kind: 'stall', at: Math.floor(size / 2), times: 1 });
    expect((await fetchBlob({ options: { stallAfter: 700 } })).sha256).toBe(sha256);
  });

  it('goes on in another process, fetching only what is missing', async () => {
    await abortAtHalf();
    const seen = hub.requests.length;
    const { fetched } = await fetchBlob();
    expect(fetched).toBeGreaterThan(0);
    expect(fetched).toBeLessThan(size * 0.55);
    expect(hub.requests.slice(seen).every(({ headers }) => headers.range !== undefined)).toBe(true);
    expectWhole();
  });

  it('starts again where what was kept is wrong', async () => {
    await abortAtHalf();
    const kept = readFileSync(target);
    kept[1000] = (kept[1000] ?? 0) ^ 1;
    writeFileSync(target, kept);
    expect((await fetchBlob()).sha256).toBe(sha256);
    expectWhole();
  });

  it('believes the file more than the journal', async () => {
    await abortAtHalf();
    truncateSync(target, 1000);
    const { fetched } = await fetchBlob();
    expect(fetched).toBeGreaterThanOrEqual(size - 1000);
    expectWhole();
  });

  async function abortAtHalf(): Promise<void> {
    hub.faults.add({ on: '/blobs/', kind: 'stall', at: Math.floor(size / 2), times: 100 });
    const stop = new AbortController();
    const fetching = fetchBlob({ signal: stop.signal });
    fetching.catch(() => undefined);
    while (!existsSync(target) || statSync(target).size < size * 0.4) await sleep(10);
    await sleep(300);
    const started = performance.now();
    stop.abort();
    await expect(fetching).rejects.toThrow();
    expect(performance.now() - started).toBeLessThan(5000);
    hub.faults.clear();
  }

  it('comes whole from a server that ignores ranges, also after half of it was here', async () => {
    await abortAtHalf();
    hub.faults.add({ on: '/blobs/', kind: 'no-range', times: 100 });
    expect(await fetchBlob()).toEqual({ fetched: size, linked: 0, sha256 });
    expectWhole();
  });

  it('is refused when its bytes are wrong, and nothing of it is kept', async () => {
    hub.faults.add({ on: '/blobs/', kind: 'wrong-bytes', at: size - 5, times: 100 });
    await expect(fetchBlob()).rejects.toMatchObject({ code: 'E_INTEGRITY', side: 'source' });
    expect(existsSync(target)).toBe(false);
    expect(existsSync(`${target}.journal`)).toBe(false);
  });

  it.each([
    [404, 'E_NOT_FOUND'],
    [401, 'E_UNAUTHORIZED'],
    [403, 'E_FORBIDDEN'],
    [400, 'E_REGISTRY'],
  ])('that the server answers with %d ends with %s', async (status, code) => {
    hub.faults.add({ on: '/blobs/', kind: 'status', status, times: 100, headers: { 'retry-after': '0' } });
    await expect(fetchBlob()).rejects.toMatchObject({ code });
  });

  it.each([429, 500, 503, 408])('comes through a few answers of %d', async (status) => {
    hub.faults.add({ on: '/blobs/', kind: 'status', status, times: 3, headers: { 'retry-after': '0' } });
    expect((await fetchBlob()).sha256).toBe(sha256);
  });

  it('does not come as a mix of two states of the file', async () => {
    hub.faults.add({ on: '/blobs/', kind: 'cut', at: Math.floor(size / 3), times: 100 });
    hub.faults.add({ on: '/blobs/', kind: 'etag', times: 100 });
    await expect(fetchBlob()).rejects.toMatchObject({ code: 'E_REGISTRY', message: expect.stringContaining('changes while it is read') });
  });

  it('is located again when its address has expired', async () => {
    const redirecting = await startHub({
      models: [{ repository: 'acme/model', versions: new Map([['v1', snapshotOf({ 'model.gguf': content })]]) }],
      redirectBlobs: true,
    });
    redirecting.faults.add({ on: 'Expires=', kind: 'expired', times: 2 });
    try {
      const url = `${redirecting.url}/v2/acme/model/blobs/sha256:${sha256}`;
      let located = 0;
      const locate = async () => {
        located++;
        return { url, headers: { authorization: 'Bearer secret-of-the-registry' } };
      };
      expect((await fetchBlob({ locate })).sha256).toBe(sha256);
      expect(located).toBeGreaterThan(1);
      const atCdn = redirecting.requests.filter(({ origin }) => origin === 'cdn');
      expect(atCdn.length).toBeGreaterThan(0);
      expect(atCdn.every(({ headers }) => headers.authorization === undefined)).toBe(true);
    } finally {
      await redirecting.close();
    }
  });

  it('is not fetched offline', async () => {
    const before = hub.requests.length;
    await expect(fetchBlob({ options: { offline: true } })).rejects.toMatchObject({ code: 'E_OFFLINE' });
    expect(hub.requests.length).toBe(before);
  });

  it('tells how far it is, and that some was here', async () => {
    await abortAtHalf();
    const steps: number[] = [];
    let resumed = 0;
    const task = {
      at(bytes: number, told?: { readonly resumed?: number }) {
        steps.push(bytes);
        resumed ||= told?.resumed ?? 0;
      },
      end() {},
    };
    await fetchBlob({ task });
    expect(resumed).toBeGreaterThan(size * 0.4);
    expect(steps.at(-1)).toBe(size);
    expect(steps.every((step, index) => step >= (steps[index - 1] ?? 0))).toBe(true);
  });
});

it('an empty blob is one', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'ilab-transfer-'));
  const hub = await startHub({ models: [{ repository: 'a/b', versions: new Map([['v1', snapshotOf({ empty: '' })]]) }] });
  const transfer = createTransfer({ userAgent: 'test', env: {} });
  const digest: Digest = `sha256:${createHash('sha256').digest('hex')}`;
  try {
    const request = { size: 0, digest, target: join(directory, 'x'), locate: async () => ({ url: `${hub.url}/v2/a/b/blobs/${digest}`, headers: {} }) };
    expect(await transfer.fetch(request, {})).toEqual({ fetched: 0, linked: 0, sha256: digest.slice(7) });
    expect(statSync(join(directory, 'x')).size).toBe(0);
  } finally {
    await transfer.close();
    await hub.close();
    await rm(directory, { recursive: true, force: true });
  }
});
