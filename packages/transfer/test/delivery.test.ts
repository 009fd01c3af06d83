import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Delivery, type DeliverySite, IlabError, isAbort, type OlderFile } from '@ilab/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silence, stall, status } from './faults.ts';
import { type FetchOptions, openScene, PROMPTLY, type Scene, SMALL } from './scene.ts';

const HALF = SMALL >>> 1;

let scene: Scene;
let older: OlderFile;
const told: string[] = [];
const logger = { warn() {}, info() {}, debug: (text: string) => void told.push(text) };
beforeEach(async () => {
  told.length = 0;
  scene = await openScene();
  const path = join(scene.directory, 'older');
  writeFileSync(path, scene.content.subarray(0, HALF));
  const file = { path: 'model.gguf', blob: { id: 'model.gguf', size: HALF, digest: `sha256:${'0'.repeat(64)}` } } as const;
  older = { snapshot: { source: 'hf', host: 'hub.example', repository: 'a/b', revision: '1' }, file, path };
});
afterEach(() => scene[Symbol.asyncDispose]());

/** Where something is silent only: a busy machine is silent at times. */
const impatient = { options: { stallAfter: 500 } };

function fetchBy(deliver: Delivery['deliver'], more: FetchOptions = {}) {
  return scene.fetch({ delivery: { older: [older], deliver }, ...more, options: { logger, ...more.options } });
}

async function getInto(site: DeliverySite, { from, to, signal }: { from: number; to: number; signal?: AbortSignal | undefined }): Promise<number> {
  const { status: code, body } = await site.get({ url: scene.url, headers: {}, from, to }, { signal });
  let at = from;
  for await (const bytes of body) {
    site.write(at, bytes);
    at += bytes.length;
  }
  return code;
}

/** The first half from the older file, the second one from the server. */
const halves: Delivery['deliver'] = async (site) => {
  await getInto(site, { from: HALF, to: SMALL });
  await site.copy(older, { from: 0, length: HALF, to: 0 });
  return true;
};

/** Says that it delivered, whatever it did. */
function claiming(act: (site: DeliverySite) => unknown): Delivery['deliver'] {
  return async (site) => {
    await act(site);
    return true;
  };
}

describe('a delivery', () => {
  it('brings the file, and what it took from where is counted', async () => {
    expect(await fetchBy(halves)).toEqual({ fetched: SMALL - HALF, linked: HALF, sha256: scene.sha256 });
    expect(scene.isWhole()).toBe(true);
    expect(told).toEqual([]);
  });

  it('says how much there is to be saved', async () => {
    const missing: number[] = [];
    const decline: Delivery['deliver'] = async (site) => {
      missing.push(site.missing);
      return false;
    };
    await scene.fetchSome(HALF);
    expect(await fetchBy(decline)).toMatchObject({ linked: 0, sha256: scene.sha256 });
    expect(missing[0]).toBeLessThan(SMALL);
  });

  it('that declines leaves all to be fetched', async () => {
    expect(await fetchBy(async () => false)).toEqual({ fetched: SMALL, linked: 0, sha256: scene.sha256 });
    expect(told).toEqual([]);
  });

  it('keeps to the rate of all connections', async () => {
    const started = performance.now();
    await fetchBy(halves, { options: { limitRate: SMALL * 2 } });
    expect(performance.now() - started).toBeGreaterThan(150);
  });
});

describe('falls back to ranges, and says so, when a delivery', () => {
  const wrong: [string, Delivery['deliver']][] = [
    ['throws', () => Promise.reject(new IlabError('E_REGISTRY', 'the storage is gone'))],
    ['has a fault of its own', () => Promise.reject(new TypeError('x is undefined'))],
    ['writes other bytes', claiming((site) => site.write(0, new Uint8Array(SMALL)))],
    ['writes nothing', claiming(() => undefined)],
    ['writes beside the file', claiming((site) => site.write(SMALL - 1, new Uint8Array(2)))],
    ['writes before the file', claiming((site) => site.write(-1, new Uint8Array(2)))],
    ['reads beyond an older file', claiming((site) => site.read(older, { from: HALF - 1, into: new Uint8Array(2) }))],
    ['reads a file that was not lent', claiming((site) => site.read({ ...older, path: '/etc/hostname' }, { from: 0, into: new Uint8Array(1) }))],
    ['hangs', () => new Promise(() => undefined)],
    ['says that wrong bytes came', () => Promise.reject(new IlabError('E_INTEGRITY', 'no chunk'))],
    ['asks a forbidden address', claiming((site) => site.get({ url: 'http://hub.example/', headers: {}, from: 0, to: 1 }, {}))],
  ];
  it.each(wrong)('%s', async (what, deliver) => {
    expect(await fetchBy(deliver, what === 'hangs' ? impatient : {})).toMatchObject({ fetched: SMALL, linked: 0, sha256: scene.sha256 });
    expect(scene.isWhole()).toBe(true);
    expect(told).toEqual([expect.stringMatching(/^model\.gguf is fetched by ranges: /)]);
  });

  it('waits for a server that stalls', async () => {
    scene.server.next(stall(1000));
    const deliver: Delivery['deliver'] = async (site, { signal }) => (await getInto(site, { from: 0, to: SMALL, signal })) > 0;
    expect(await fetchBy(deliver, impatient)).toMatchObject({ sha256: scene.sha256 });
    expect(told).toHaveLength(1);
  });

  it('got half of it: the other half is fetched', async () => {
    const half: Delivery['deliver'] = async (site) => {
      await site.copy(older, { from: 0, length: HALF, to: 0 });
      throw new IlabError('E_NETWORK', 'gone');
    };
    expect(await fetchBy(half)).toEqual({ fetched: SMALL - HALF, linked: HALF, sha256: scene.sha256 });
  });

  it('got half of it wrong: all is fetched', async () => {
    const half: Delivery['deliver'] = async (site) => {
      site.write(0, new Uint8Array(HALF));
      throw new IlabError('E_NETWORK', 'gone');
    };
    expect(await fetchBy(half)).toMatchObject({ sha256: scene.sha256 });
  });
});

describe('a delivery ends', () => {
  it('at once when it is aborted, however deaf the registry is', async () => {
    const stop = new AbortController();
    const outcome = fetchBy(() => new Promise(() => undefined), { signal: stop.signal }).catch((error: unknown) => error);
    await sleep(50);
    const started = performance.now();
    stop.abort();
    expect(isAbort(await outcome)).toBe(true);
    expect(performance.now() - started).toBeLessThan(PROMPTLY);
  });

  it('while it waits for a server', async () => {
    scene.server.always(silence());
    const stop = new AbortController();
    const outcome = fetchBy(halves, { signal: stop.signal }).catch((error: unknown) => error);
    await sleep(50);
    stop.abort();
    expect(isAbort(await outcome)).toBe(true);
  });

  it('with all that was lent taken back', async () => {
    let lent: DeliverySite | undefined;
    await fetchBy(async (site, options) => {
      lent = site;
      return halves(site, options);
    });
    expect(() => lent?.write(0, new Uint8Array(1))).toThrow();
    await expect(lent?.read(older, { from: 0, into: new Uint8Array(1) })).rejects.toThrow();
    expect(scene.isWhole()).toBe(true);
  });

  it('and is gone on from by the next one, by ranges', async () => {
    const stop = new AbortController();
    const half: Delivery['deliver'] = async (site) => {
      await site.copy(older, { from: 0, length: HALF, to: 0 });
      stop.abort();
      return new Promise(() => undefined);
    };
    await expect(fetchBy(half, { signal: stop.signal })).rejects.toThrow();
    expect(await scene.fetch()).toMatchObject({ fetched: SMALL - HALF, sha256: scene.sha256 });
  });
});

it('gives the status of a server that refuses, and its connection back', async () => {
  scene.server.next(...Array.from({ length: 20 }, () => status(403)));
  const statuses: number[] = [];
  const deliver: Delivery['deliver'] = async (site) => {
    for (let index = 0; index < 20; index++) statuses.push(await getInto(site, { from: 0, to: 10 }));
    return false;
  };
  await fetchBy(deliver, { options: { connections: 1 } });
  expect(statuses).toEqual(Array.from({ length: 20 }, () => 403));
});
