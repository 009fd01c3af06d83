import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Answer } from './fault-server.ts';
import { cut, lie, ordinary, status, wholeOnly } from './faults.ts';
import { openScene, SIZES, SMALL } from './scene.ts';

/** So early that what is missing of a large blob is still read straight into the file. */
const EARLY = 900_000;

describe.each(SIZES)('%s that was fetched in part', (_name, size) => {
  it('is gone on with by another process, which asks for the rest only', async () => {
    await using scene = await openScene({ size });
    const kept = await scene.fetchSome(EARLY);
    expect(kept).toBeGreaterThan(EARLY / 4);
    const before = scene.server.requests.length;
    expect(await scene.fetch()).toEqual({ fetched: size - kept, linked: 0, sha256: scene.sha256 });
    // A slow machine shares the rest among connections.
    const starts = scene.server.requests.slice(before).map(({ headers }) => Number(/^bytes=(\d+)-/.exec(headers.range ?? '')?.[1]));
    expect(Math.min(...starts)).toBe(kept);
    expect(scene.isWhole()).toBe(true);
  });

  it('starts again once, and comes whole, when a kept byte is wrong', async () => {
    await using scene = await openScene({ size });
    await scene.fetchSome(EARLY);
    const kept = readFileSync(scene.target);
    kept[0] = (kept[0] ?? 0) ^ 1;
    writeFileSync(scene.target, kept);
    const before = scene.server.requests.length;
    expect((await scene.fetch()).sha256).toBe(scene.sha256);
    // Where the machine is slow, further connections may bring parts of it.
    expect(scene.server.requests.slice(before).filter(({ headers }) => headers.range === undefined)).toHaveLength(1);
    expect(scene.isWhole()).toBe(true);
  });

  it('comes whole from a server that has forgotten ranges', async () => {
    await using scene = await openScene({ size });
    await scene.fetchSome(EARLY);
    scene.server.always(wholeOnly());
    expect(await scene.fetch()).toEqual({ fetched: size, linked: 0, sha256: scene.sha256 });
    expect(scene.isWhole()).toBe(true);
  });

  it('is not mixed with another state of the file', async () => {
    await using scene = await openScene({ size });
    await scene.fetchSome(EARLY);
    scene.server.always(ordinary({ etag: '"two"' }));
    expect(await scene.fetch()).toEqual({ fetched: size, linked: 0, sha256: scene.sha256 });
    expect(scene.isWhole()).toBe(true);
  });
});

describe('a blob that was fetched in part', () => {
  it('is gone on with as often as it breaks off', async () => {
    await using scene = await openScene();
    const kept = [await scene.fetchSome(EARLY), await scene.fetchSome(2 * EARLY), await scene.fetchSome(3 * EARLY)];
    expect(kept).toEqual([...new Set(kept)].sort((a, b) => a - b));
    expect(await scene.fetch()).toMatchObject({ fetched: scene.size - (kept[2] ?? 0) });
    expect(scene.isWhole()).toBe(true);
  });

  it('is gone on with where the server sends a weak validator, which says nothing about bytes', async () => {
    await using scene = await openScene();
    const kept = await scene.fetchSome(EARLY);
    scene.server.always(ordinary({ etag: 'W/"two"' }));
    expect(await scene.fetch()).toMatchObject({ fetched: scene.size - kept });
  });

  it.each([
    ['the range can’t be satisfied', status(416, { 'content-range': 'bytes */5' })],
    ['it sends a range that starts earlier', saying((from, to) => `bytes ${from - 1}-${to - 1}/${SMALL}`)],
    ['it sends a range that ends earlier', saying((from, to) => `bytes ${from}-${to - 2}/${SMALL}`)],
    ['it has a file of another size', saying((from, to) => `bytes ${from}-${to - 1}/${SMALL + 1}`)],
    ['it sends something in other units', saying((from, to) => `items ${from}-${to - 1}/${SMALL}`)],
    ['it sends a range without saying which', lie(206, { 'content-length': '10' }, '0123456789')],
  ])('starts again when the server says that %s', async (_what, answer) => {
    await using scene = await openScene();
    await scene.fetchSome(EARLY);
    scene.server.next(answer);
    expect(await scene.fetch()).toEqual({ fetched: scene.size, linked: 0, sha256: scene.sha256 });
    expect(scene.isWhole()).toBe(true);
  });

  it('keeps what it had when the server is gone, and uses it later', async () => {
    await using scene = await openScene();
    const kept = await scene.fetchSome(EARLY);
    scene.server.next(status(404));
    await expect(scene.fetch()).rejects.toMatchObject({ code: 'E_NOT_FOUND' });
    expect(await scene.fetch()).toMatchObject({ fetched: scene.size - kept });
    expect(scene.isWhole()).toBe(true);
  });
});

describe('a partial file', () => {
  it('that is longer than the blob ends up exactly as long', async () => {
    await using scene = await openScene();
    await scene.fetchSome(700_000);
    appendFileSync(scene.target, Buffer.alloc(SMALL, 1));
    expect((await scene.fetch()).sha256).toBe(scene.sha256);
    expect(scene.isWhole()).toBe(true);
  });

  it.each([
    ['has no journal', undefined],
    ['has a torn journal', `{"size":${SMALL},"dig`],
    ['has the journal of another blob', JSON.stringify({ size: SMALL, digest: `sha256:${'0'.repeat(64)}`, ranges: [[0, SMALL]] })],
    ['has a journal of nonsense', '[null]'],
  ])('that %s counts for nothing', async (_what, journal) => {
    await using scene = await openScene();
    writeFileSync(scene.target, Buffer.alloc(scene.size + 5, 7));
    if (journal !== undefined) writeFileSync(`${scene.target}.journal`, journal);
    expect(await scene.fetch()).toEqual({ fetched: scene.size, linked: 0, sha256: scene.sha256 });
    expect(scene.isWhole()).toBe(true);
  });

  it('that is whole already is proved without a request', async () => {
    await using scene = await openScene();
    writeFileSync(scene.target, scene.content);
    writeFileSync(`${scene.target}.journal`, JSON.stringify({ size: scene.size, digest: `sha256:${scene.sha256}`, ranges: [[0, scene.size]] }));
    expect(await scene.fetch()).toEqual({ fetched: 0, linked: 0, sha256: scene.sha256 });
    expect(scene.server.requests).toEqual([]);
    expect(scene.isWhole()).toBe(true);
  });

  it('with holes gets its holes filled, and no more', async () => {
    await using scene = await openScene();
    const partial = Buffer.from(scene.content);
    partial.fill(0, 1000, 2000).fill(0, 500_000, 600_000);
    writeFileSync(scene.target, partial);
    const ranges = [
      [0, 1000],
      [2000, 500_000],
      [600_000, scene.size],
    ];
    writeFileSync(`${scene.target}.journal`, JSON.stringify({ size: scene.size, digest: `sha256:${scene.sha256}`, ranges }));
    expect(await scene.fetch()).toEqual({ fetched: 101_000, linked: 0, sha256: scene.sha256 });
    expect(scene.server.requests.map(({ headers }) => headers.range)).toEqual(['bytes=1000-1999', 'bytes=500000-599999']);
    expect(scene.isWhole()).toBe(true);
  });

  it('is gone on with although the connection breaks again', async () => {
    await using scene = await openScene();
    const kept = await scene.fetchSome(500_000);
    scene.server.next(cut(800_000), cut(900_000));
    expect(await scene.fetch()).toMatchObject({ fetched: scene.size - kept });
    expect(scene.isWhole()).toBe(true);
  });

  it('is gone on with under a digest of any kind', async () => {
    await using scene = await openScene();
    const git = 'git-sha1:0000000000000000000000000000000000000000';
    await expect(scene.fetch({ digest: git })).rejects.toMatchObject({ code: 'E_INTEGRITY' });
    expect(existsSync(scene.target)).toBe(false);
  });
});

/** The right bytes, and a Content-Range of the test's. */
function saying(contentRange: (from: number, to: number) => string): Answer {
  return (exchange) => ordinary({ 'content-range': contentRange(...(exchange.range ?? [0, SMALL])) })(exchange);
}
