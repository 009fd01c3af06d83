import { describe, expect, it, vi } from 'vitest';
import { cut, lie, silence, stall, trickle } from './faults.ts';
import { LARGE, openScene, SIZES, SMALL } from './scene.ts';

// How long is waited has tests of its own: src/http/retry-policy.test.ts and statuses.test.ts.
vi.mock('../src/http/retry-policy.ts', async (original) => ({ ...(await original<object>()), retryDelay: () => 1 }));

/** Short of every real time limit, and long enough for a busy machine. */
const impatient = { stallAfter: 800 };

describe.concurrent.each(SIZES)('%s comes whole', (_name, size) => {
  it.each([0, 100_000, size - 1])('when the connection is closed after %d bytes', async (at) => {
    await using scene = await openScene({ size });
    scene.server.next(cut(at));
    expect((await scene.fetch()).sha256).toBe(scene.sha256);
    expect(scene.isWhole()).toBe(true);
    expect(scene.server.requests.length).toBeGreaterThan(1);
  });

  it.each([0, 100_000])('when the connection is reset after %d bytes', async (at) => {
    await using scene = await openScene({ size });
    scene.server.next(cut(at, 'rst'));
    expect((await scene.fetch()).sha256).toBe(scene.sha256);
    expect(scene.isWhole()).toBe(true);
    expect(scene.server.requests.length).toBeGreaterThan(1);
  });

  it.each([
    ['before the head', silence()],
    ['after the head', stall(0)],
    ['in the middle', stall(Math.floor(size / 2))],
    ['before the last byte', stall(size - 1)],
    ['but a byte now and then', trickle()],
  ])('when nothing more comes %s', async (_when, answer) => {
    await using scene = await openScene({ size });
    scene.server.next(answer);
    expect((await scene.fetch({ options: impatient })).sha256).toBe(scene.sha256);
    expect(scene.isWhole()).toBe(true);
  });
});

describe.concurrent('a blob comes whole', () => {
  it.each([1, 16_383, 65_536, 262_144, 262_145, Math.floor(SMALL / 2)])('when the connection is closed or reset after %d bytes', async (at) => {
    await using scene = await openScene();
    scene.server.next(cut(at), cut(at + 70_000, 'rst'));
    expect((await scene.fetch()).sha256).toBe(scene.sha256);
    expect(scene.isWhole()).toBe(true);
    expect(scene.server.requests).toHaveLength(3);
  });

  it('when it breaks far more often than it may without progress, each time a little later', async () => {
    await using scene = await openScene();
    const breaks = Array.from({ length: 12 }, (_, index) => Math.floor(((index + 1) * SMALL) / 13));
    scene.server.next(...breaks.map((at) => cut(at)));
    expect((await scene.fetch({ options: { connections: 1 } })).sha256).toBe(scene.sha256);
    expect(scene.isWhole()).toBe(true);
    // What had come was not asked for again.
    const starts = scene.server.requests.map(({ headers }) => Number(/\d+/.exec(headers.range ?? '0')?.[0]));
    expect(starts).toHaveLength(13);
    expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
  });
});

describe.concurrent.each(SIZES)('%s ends with E_NETWORK, and what came is kept,', (_name, size) => {
  it('when every connection breaks at the same byte', async () => {
    await using scene = await openScene({ size });
    const half = Math.floor(size / 2);
    scene.server.always(cut(half));
    await expect(scene.fetch({ options: { connections: 1 } })).rejects.toMatchObject({
      code: 'E_NETWORK',
      retryable: true,
      message: expect.stringContaining('the connection broke'),
    });
    const asked = scene.server.requests.length;
    expect(asked).toBeLessThanOrEqual(8);
    scene.server.always(cut(size));
    const { fetched } = await scene.fetch();
    expect(fetched).toBe(size - half);
    expect(scene.isWhole()).toBe(true);
  });

  it('when nobody is there', async () => {
    const gone = await openScene({ size });
    await gone.server[Symbol.asyncDispose]();
    await expect(gone.fetch()).rejects.toMatchObject({ code: 'E_NETWORK', message: expect.stringMatching(/^127\.0\.0\.1:\d+: nobody answers there/) });
    await gone[Symbol.asyncDispose]();
  });
});

describe.concurrent('a blob ends with E_NETWORK', () => {
  // Of a large blob only: the ordinary client looks at its clock once a second, which would take six of them.
  it('when nobody says anything', async () => {
    await using scene = await openScene({ size: LARGE });
    scene.server.always(silence());
    const started = performance.now();
    await expect(scene.fetch({ options: { stallAfter: 200 } })).rejects.toMatchObject({
      code: 'E_NETWORK',
      message: expect.stringContaining('no answer in time'),
    });
    expect(scene.server.requests).toHaveLength(6);
    expect(performance.now() - started).toBeLessThan(25_000);
  });
});

describe.concurrent.each(SIZES)('%s', (_name, size) => {
  it('that only ever trickles ends with E_NETWORK', async () => {
    await using scene = await openScene({ size });
    scene.server.always(trickle());
    const options = { stallAfter: 400, connections: 1 };
    await expect(scene.fetch({ options })).rejects.toMatchObject({ code: 'E_NETWORK', message: expect.stringContaining('no answer in time') });
    expect(scene.server.requests).toHaveLength(6);
  });
});

describe.concurrent('an answer of unknown length', () => {
  it('that ends early is not taken for whole', async () => {
    await using scene = await openScene();
    scene.server.next(lie(200, { 'transfer-encoding': 'chunked' }, scene.content.subarray(0, 700_000)));
    expect((await scene.fetch()).sha256).toBe(scene.sha256);
    expect(scene.server.requests.at(-1)?.headers.range).toBe(`bytes=700000-${scene.size - 1}`);
    expect(scene.isWhole()).toBe(true);
  });

  it('that is broken off without its last chunk is gone on with', async () => {
    await using scene = await openScene();
    scene.server.next(async ({ response, content }) => {
      response.writeHead(200, { 'transfer-encoding': 'chunked' });
      await new Promise((resolve) => response.write(content.subarray(0, 700_000), resolve));
      setTimeout(() => response.destroy(), 20);
    });
    expect((await scene.fetch()).sha256).toBe(scene.sha256);
    expect(scene.server.requests).toHaveLength(2);
    expect(scene.isWhole()).toBe(true);
  });
});

describe('a disk that holds everything up', () => {
  it('is not taken for a server that says nothing', async () => {
    await using scene = await openScene({ size: LARGE });
    let held = false;
    const task = {
      at(bytes: number) {
        if (held || bytes < 10_000_000) return;
        held = true;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1200);
      },
      end() {},
    };
    await scene.fetch({ task, options: { ...impatient, connections: 1 } });
    expect(held).toBe(true);
    expect(scene.server.requests).toHaveLength(1);
    expect(scene.isWhole()).toBe(true);
  });
});
