import { writeFileSync } from 'node:fs';
import type { BlobLocation, FailedLocation, LocateOptions } from '@ilab/core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type FaultServer, startFaultServer } from './fault-server.ts';
import { cut, ordinary, stall, status } from './faults.ts';
import { openScene, type Scene, SIZES, SMALL } from './scene.ts';

vi.mock('../src/http/retry-policy.ts', async (original) => ({ ...(await original<object>()), retryDelay: () => 1 }));

const closing: AsyncDisposable[] = [];
afterEach(async () => {
  for (const one of closing.splice(0).reverse()) await one[Symbol.asyncDispose]();
});

async function open(size: number): Promise<{ readonly scene: Scene; readonly mirror: FaultServer }> {
  const scene = await openScene({ size });
  const mirror = await startFaultServer(scene.content);
  closing.push(scene, mirror);
  return { scene, mirror };
}

/** Names the places in order, as a registry with mirrors does. */
function places(...urls: readonly string[]) {
  const asked: (readonly FailedLocation[])[] = [];
  const locate = async ({ failed = [] }: LocateOptions): Promise<BlobLocation> => {
    asked.push(failed);
    const left = urls.filter((url) => !failed.some((one) => one.url === url));
    return { url: left[0] ?? 'none', headers: { 'x-place': left[0] ?? 'none' }, ...(left.length > 1 && { more: true }) };
  };
  return { locate, asked };
}

describe.each(SIZES)('of several places, %s', (_name, size) => {
  it.each([
    ['does not have it', status(404), 'E_NOT_FOUND'],
    ['is broken', status(503), 'E_REGISTRY'],
    ['refuses', status(403), 'E_FORBIDDEN'],
    ['asks to wait', status(429, { 'retry-after': '3600' }), 'E_RATE_LIMITED'],
    ['has other bytes than it said', status(416), 'E_REGISTRY'],
  ])('comes from the next when the first %s', async (_what, answer, code) => {
    const { scene, mirror } = await open(size);
    mirror.always(answer);
    const url = `${mirror.origin}/blob`;
    const { locate, asked } = places(url, scene.url);
    expect(await scene.fetch({ locate })).toMatchObject({ sha256: scene.sha256 });
    expect(asked.at(-1)).toEqual([{ url, code }]);
    expect(mirror.requests.length).toBeLessThanOrEqual(3);
    expect(scene.isWhole()).toBe(true);
    // Each is told its own headers only.
    expect(new Set(scene.server.requests.map(({ headers }) => headers['x-place']))).toEqual(new Set([scene.url]));
    expect(new Set(mirror.requests.map(({ headers }) => headers['x-place']))).toEqual(new Set([url]));
  });

  it('comes from the next when nobody is at the first, which is asked once', async () => {
    const { scene } = await open(size);
    const { locate, asked } = places('http://127.0.0.1:1/blob', scene.url);
    expect(await scene.fetch({ locate })).toMatchObject({ sha256: scene.sha256 });
    expect(asked).toEqual([[], [{ url: 'http://127.0.0.1:1/blob', code: 'E_NETWORK' }]]);
  });

  it('goes on at the next where the first broke off, whatever its validator is', async () => {
    const { scene, mirror } = await open(size);
    mirror.next(cut(Math.floor(size / 2)));
    mirror.always(status(502));
    scene.server.always(ordinary({ etag: '"another"' }));
    const { locate } = places(`${mirror.origin}/blob`, scene.url);
    expect(await scene.fetch({ locate })).toMatchObject({ fetched: size, sha256: scene.sha256 });
    expect(scene.server.requests[0]?.headers.range).toMatch(new RegExp(`^bytes=[1-9]\\d*-${size - 1}$`));
  });
});

describe('of several places', () => {
  it('one that sends something else is not believed, and the next is asked for all of it', async () => {
    const { scene } = await open(SMALL);
    const liar = await startFaultServer(Buffer.alloc(SMALL, 'x'));
    closing.push(liar);
    const { locate } = places(`${liar.origin}/blob`, scene.url);
    expect(await scene.fetch({ locate })).toMatchObject({ sha256: scene.sha256 });
    await expect(scene.fetch({ locate: places(`${liar.origin}/blob`).locate, target: `${scene.target}-2` })).rejects.toMatchObject({ code: 'E_INTEGRITY' });
  });

  it('one that falls silent is given up once', async () => {
    const { scene, mirror } = await open(SMALL);
    mirror.always(stall(1000));
    const { locate } = places(`${mirror.origin}/blob`, scene.url);
    expect(await scene.fetch({ locate, options: { stallAfter: 1000 } })).toMatchObject({ sha256: scene.sha256 });
    expect(mirror.requests).toHaveLength(1);
    expect(scene.server.requests[0]?.headers.range).toMatch(/^bytes=[1-9]/);
  });

  it('the last one’s failure is the failure', async () => {
    const { scene, mirror } = await open(SMALL);
    mirror.always(status(404));
    scene.server.always(status(403));
    await expect(scene.fetch({ locate: places(`${mirror.origin}/blob`, scene.url).locate })).rejects.toMatchObject({ code: 'E_FORBIDDEN' });
  });

  it('what arrived from one is gone on with from another, also by another process', async () => {
    const { scene, mirror } = await open(SMALL);
    writeFileSync(scene.target, scene.content.subarray(0, SMALL - 1000));
    const { locate } = places(`${mirror.origin}/blob`, scene.url);
    expect(await scene.fetch({ locate })).toMatchObject({ fetched: 1000 });
    expect(scene.server.requests).toHaveLength(0);
  });
});
