import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { SeenRequest } from '@ilab/hub';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openXetScene, SIZE, weights, type XetScene } from './xet-scene.ts';

const CHANGE = 200_000;
/** A change costs the chunks that it touches, and no more. */
const LITTLE = CHANGE + 4 * 128 * 1024;

let scene: XetScene;
beforeAll(async () => {
  scene = await openXetScene((bytes) => Buffer.concat([bytes.subarray(0, 5_000_000), weights(CHANGE), bytes.subarray(5_000_000 + CHANGE)]));
});
afterEach(() => scene.reset());
afterAll(() => scene[Symbol.asyncDispose]());

const xorbs = (): readonly string[] => scene.asked('cdn').filter((url) => url.startsWith('GET /xorbs/'));
const blobs = (): readonly string[] => scene.asked('cdn').filter((url) => url.startsWith('GET /blobs/'));

describe('a second version', () => {
  it('is fetched by what changed, and the rest is copied', async () => {
    const { fetched, linked } = await scene.fetch();
    expect(scene.isWhole()).toBe(true);
    expect(fetched).toBeLessThan(LITTLE);
    expect(linked).toBeGreaterThan(SIZE - LITTLE);
    expect(fetched).toBe(scene.hub.meter.served());
    expect(scene.told).toEqual([]);
    expect(blobs()).toEqual([]);
  });

  it('is asked for in the first version of the API where there is no second', async () => {
    scene.hub.faults.add({ on: '/v2/reconstructions', kind: 'status', status: 404, times: 100 });
    expect((await scene.fetch()).fetched).toBeLessThan(LITTLE);
    expect(scene.isWhole()).toBe(true);
    expect(scene.asked('cas').map((url) => url.slice(0, 8))).toEqual(['GET /v2/', 'GET /v1/', 'GET /v2/', 'GET /v1/']);
  });

  it('is asked for again when an address has expired', async () => {
    scene.hub.faults.add({ on: '/xorbs/', kind: 'expired' });
    expect((await scene.fetch()).fetched).toBeLessThan(LITTLE);
    expect(scene.isWhole()).toBe(true);
    expect(scene.told).toEqual([]);
  });

  it.each([
    { on: '/xorbs/', kind: 'cut', at: 1000 },
    { on: '/xorbs/', kind: 'status', status: 503 },
  ] as const)('survives a xorb that comes in two tries ($kind)', async (fault) => {
    scene.hub.faults.add(fault);
    await scene.fetch();
    expect(scene.isWhole()).toBe(true);
    expect(scene.told).toEqual([]);
  });

  it('tells the token to the Hub alone, the storage its own, and addresses none', async () => {
    await scene.fetch();
    const told = (origin: SeenRequest['origin']) => scene.requests(origin).map(({ headers }) => headers.authorization);
    expect(new Set(told('hub'))).toEqual(new Set(['Bearer hf_secret']));
    expect(told('cas').every((header) => header?.startsWith('Bearer ') && !header.includes('hf_secret'))).toBe(true);
    expect(new Set(told('cdn'))).toEqual(new Set([undefined]));
  });
});

describe('comes by ranges, whole, when', () => {
  it.each([
    ['a chunk is another', { on: '/xorbs/', kind: 'wrong-bytes', at: 90_000 }],
    ['a header of a chunk is another', { on: '/xorbs/', kind: 'wrong-bytes', at: 3 }],
    ['addresses are refused for ever', { on: '/xorbs/', kind: 'status', status: 403 }],
    ['xorbs are gone', { on: '/xorbs/', kind: 'status', status: 404 }],
    ['the storage is down', { on: '/reconstructions/', kind: 'status', status: 400 }],
    ['there is no token for the storage', { on: '/xet-read-token/', kind: 'status', status: 403 }],
  ] as const)('%s', async (_what, fault) => {
    scene.hub.faults.add({ ...fault, times: 100 });
    await scene.fetch();
    expect(scene.isWhole()).toBe(true);
    expect(scene.told).toEqual([expect.stringMatching(/^model\.safetensors is fetched by ranges: /)]);
    expect(blobs().length).toBeGreaterThan(0);
  });

  it('a xorb stalls', async () => {
    scene.hub.faults.add({ on: '/xorbs/', kind: 'stall', at: 1000, times: 100 });
    await scene.fetch({ stallAfter: 600 });
    expect(scene.isWhole()).toBe(true);
    expect(scene.told).toEqual([expect.stringContaining('no byte came in time')]);
  });

  it('the older file is damaged where it matters', async () => {
    const bytes = readFileSync(scene.older.path);
    writeFileSync(scene.older.path, bytes.fill(7, 10_000_000, 10_000_100));
    await scene.fetch();
    expect(scene.isWhole()).toBe(true);
  });

  it('the older file is shorter than it should be', async () => {
    writeFileSync(scene.older.path, readFileSync(scene.older.path).subarray(0, 1000));
    await scene.fetch();
    expect(scene.isWhole()).toBe(true);
  });
});

it('leaves Xet alone where the environment says so', async () => {
  const { fetched } = await scene.fetch({ env: { HF_HUB_DISABLE_XET: '1' } });
  expect(fetched).toBe(SIZE);
  expect(scene.asked('cas')).toEqual([]);
});

it('ends promptly when it is aborted', async () => {
  scene.hub.faults.add({ on: '/xorbs/', kind: 'stall', at: 0, times: 100 });
  const stop = new AbortController();
  const outcome = scene.fetch({ signal: stop.signal }).catch((error: unknown) => error);
  while (xorbs().length === 0) await sleep(10);
  const started = performance.now();
  stop.abort();
  expect(await outcome).toMatchObject({ name: 'AbortError' });
  expect(performance.now() - started).toBeLessThan(5000);
});

describe('another second version', () => {
  it.each([
    ['with bytes put in', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 3_000_001), randomBytes(777), bytes.subarray(3_000_001)])],
    ['with bytes taken out', (bytes: Buffer) => Buffer.concat([bytes.subarray(0, 3_000_001), bytes.subarray(3_200_000)])],
    ['with more at its end', (bytes: Buffer) => Buffer.concat([bytes, randomBytes(50_000)])],
    ['with its halves exchanged', (bytes: Buffer) => Buffer.concat([bytes.subarray(SIZE / 2), bytes.subarray(0, SIZE / 2)])],
    ['with the same change in many places', (bytes: Buffer) => [1, 3, 5, 7].reduce((all, at) => all.fill(0x55, at * 1e6, at * 1e6 + 300_000), bytes)],
  ])('%s fetches little', async (_what, change) => {
    await using other = await openXetScene(change);
    const { fetched } = await other.fetch();
    expect(other.isWhole()).toBe(true);
    expect(fetched).toBeLessThan(SIZE / 20);
    expect(other.told).toEqual([]);
  });

  it('that has nothing in common is fetched by ranges', async () => {
    await using other = await openXetScene(() => weights(SIZE));
    expect(await other.fetch()).toMatchObject({ fetched: SIZE, linked: 0 });
    expect(other.asked('cdn').some((url) => url.includes('/xorbs/'))).toBe(false);
  });
});

it('brings several files at once over the same threads', async () => {
  await using other = await openXetScene((bytes) => bytes.fill(1, 1_000_000, 1_100_000));
  await Promise.all([scene.fetch(), other.fetch()]);
  expect([scene.isWhole(), other.isWhole()]).toEqual([true, true]);
});
