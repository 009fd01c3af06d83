import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { createTransfer } from '../src/index.ts';
import { cut, ordinary, slowly, wholeOnly } from './faults.ts';
import { openScene } from './scene.ts';

// The servers are in this very process, and keep it busy.
vi.mock('../src/fetch/thread-load.ts', () => ({ watchThreads: () => () => false }));

const MIB = 1024 * 1024;

describe.concurrent('the budget of connections', () => {
  it.each([
    [1, 48 * MIB],
    [3, 136 * MIB],
  ])('of %d is used by a slow blob, and never exceeded', async (connections, size) => {
    await using scene = await openScene({ size });
    scene.server.always(slowly(40 * MIB));
    expect((await scene.fetch({ options: { connections } })).sha256).toBe(scene.sha256);
    expect(scene.server.peak).toBe(connections);
    expect(scene.isWhole()).toBe(true);
  });

  it('holds over all files of a transfer', async () => {
    await using scene = await openScene();
    scene.server.always(slowly(5 * MIB));
    const transfer = createTransfer({ userAgent: 'test', env: {}, connections: 3 });
    const fetchTo = (name: string) =>
      transfer.fetch(
        { size: scene.size, digest: `sha256:${scene.sha256}`, target: join(scene.directory, name), locate: async () => ({ url: scene.url, headers: {} }) },
        {},
      );
    const fetched = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map(fetchTo));
    expect(fetched.every(({ sha256 }) => sha256 === scene.sha256)).toBe(true);
    expect(scene.server.peak).toBe(3);
    await transfer.close();
  });

  it('is given back by files that fail or are aborted', async () => {
    await using scene = await openScene();
    const transfer = createTransfer({ userAgent: 'test', env: {}, connections: 1 });
    const request = { size: scene.size, digest: `sha256:${scene.sha256}`, locate: async () => ({ url: scene.url, headers: {} }) } as const;
    scene.server.next(({ response }) => response.writeHead(404).end());
    await expect(transfer.fetch({ ...request, target: join(scene.directory, 'a') }, {})).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    scene.server.next(() => undefined);
    await expect(transfer.fetch({ ...request, target: join(scene.directory, 'b') }, { signal: AbortSignal.timeout(100) })).rejects.toThrow();
    expect(await transfer.fetch({ ...request, target: scene.target }, {})).toEqual({ fetched: scene.size, linked: 0, sha256: scene.sha256 });
    await transfer.close();
  });
});

describe.concurrent('several connections to one blob', () => {
  it('ask for every byte once', async () => {
    await using scene = await openScene({ size: 100 * MIB });
    const sent: [number, number][] = [];
    scene.server.always((exchange) => {
      sent.push([...(exchange.range ?? ([0, scene.size] as const))]);
      return slowly(64 * MIB)(exchange);
    });
    await scene.fetch();
    expect(scene.isWhole()).toBe(true);
    const [first, ...others] = sent.sort((a, b) => a[0] - b[0] || b[1] - a[1]);
    expect(first).toEqual([0, scene.size]);
    // The first was cut short; what the others were asked for lies end to end behind it.
    expect(others.length).toBeGreaterThanOrEqual(2);
    expect(others.at(-1)?.[1]).toBe(scene.size);
    for (const [index, [, to]] of others.slice(0, -1).entries()) expect(others[index + 1]?.[0]).toBe(to);
  });

  it('bring it whole although each of them breaks', async () => {
    await using scene = await openScene({ size: 100 * MIB });
    let requests = 0;
    scene.server.always((exchange) => (requests++ % 2 === 0 ? cut((exchange.range?.[0] ?? 0) + 10 * MIB)(exchange) : slowly(128 * MIB)(exchange)));
    expect((await scene.fetch()).sha256).toBe(scene.sha256);
    expect(scene.isWhole()).toBe(true);
  });

  it('are all ended by one that can’t go on', async () => {
    await using scene = await openScene({ size: 100 * MIB });
    scene.server.always((exchange) => (exchange.range ? exchange.response.writeHead(404).end() : slowly(8 * MIB)(exchange)));
    const started = performance.now();
    await expect(scene.fetch()).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    expect(performance.now() - started).toBeLessThan((100 / 8) * 800);
    scene.server.always(ordinary());
    expect((await scene.fetch()).fetched).toBeLessThan(scene.size);
    expect(scene.isWhole()).toBe(true);
  });

  it('are not asked of a server that sends whole files only, however slow it is', async () => {
    await using scene = await openScene({ size: 80 * MIB });
    scene.server.always(slowly(64 * MIB, { ranges: false }));
    expect(await scene.fetch()).toEqual({ fetched: scene.size, linked: 0, sha256: scene.sha256 });
    expect(scene.isWhole()).toBe(true);
  });

  it('are not asked of it either after it has been broken off once', async () => {
    await using scene = await openScene({ size: 80 * MIB });
    scene.server.next(wholeOnly({ at: 10 * MIB }));
    scene.server.always(slowly(64 * MIB, { ranges: false }));
    expect((await scene.fetch()).sha256).toBe(scene.sha256);
    expect(scene.isWhole()).toBe(true);
  });
});
