import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it, vi } from 'vitest';
import type { Answer } from './fault-server.ts';
import { lie, ordinary, spoil } from './faults.ts';
import { LARGE, openScene, SIZES, SMALL } from './scene.ts';

vi.mock('../src/http/retry-policy.ts', async (original) => ({ ...(await original<object>()), retryDelay: () => 1 }));

describe.each(SIZES)('%s', (_name, size) => {
  it.each(size === LARGE ? [size - 1] : [0, 262_144, size - 1])('with a wrong byte at %d is refused, and nothing of it is kept', async (at) => {
    await using scene = await openScene({ size });
    scene.server.always(spoil(at));
    const expected = `sha256:${scene.sha256}`;
    const problem = await scene.fetch().catch((error: unknown) => error);
    expect(problem).toMatchObject({
      code: 'E_INTEGRITY',
      side: 'source',
      retryable: false,
      details: { expected, actual: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) },
    });
    expect(existsSync(scene.target)).toBe(false);
    expect(existsSync(`${scene.target}.journal`)).toBe(false);
  });

  it('with a wrong byte after a good part is refused, and the good part is not kept either', async () => {
    await using scene = await openScene({ size });
    await scene.fetchSome(900_000);
    scene.server.always(spoil(size - 1));
    await expect(scene.fetch()).rejects.toMatchObject({ code: 'E_INTEGRITY' });
    expect(existsSync(scene.target)).toBe(false);
  });

  it.each<readonly [string, (content: Buffer) => Answer, RegExp]>([
    ['shorter', (content) => lie(200, { 'content-length': String(content.length - 5) }, content.subarray(5)), /E_NETWORK|E_REGISTRY|E_INTEGRITY/],
    ['longer', (content) => lie(200, { 'content-length': String(content.length + 1) }, Buffer.concat([content, Buffer.from('x')])), /E_INTEGRITY/],
    ['longer, and does not say it,', (content) => lie(200, {}, Buffer.concat([content, Buffer.from('x')])), /E_INTEGRITY/],
    ['empty', () => lie(200, { 'content-length': '0' }, ''), /E_NETWORK|E_REGISTRY/],
  ])('that is %s than announced is refused', async (_what, answer, code) => {
    await using scene = await openScene({ size });
    scene.server.always(answer(scene.content));
    await expect(scene.fetch()).rejects.toMatchObject({ code: expect.stringMatching(code) });
    expect(existsSync(scene.target) ? readFileSync(scene.target).length : 0).toBeLessThanOrEqual(size);
  });

  it('that changes with every answer is given up, not mixed', async () => {
    await using scene = await openScene({ size });
    let state = 0;
    scene.server.always(async (exchange) => {
      const [from, to] = exchange.range ?? [0, size];
      const part = exchange.content.subarray(from, Math.min(to, from + Math.floor(size / 3)));
      exchange.response.writeHead(exchange.range ? 206 : 200, {
        etag: `"${state++}"`,
        'content-length': String(to - from),
        ...(exchange.range && { 'content-range': `bytes ${from}-${to - 1}/${size}` }),
      });
      await new Promise((resolve) => exchange.response.write(part, resolve));
      setTimeout(() => exchange.response.destroy(), 20);
    });
    await expect(scene.fetch()).rejects.toMatchObject({ code: 'E_REGISTRY', message: expect.stringContaining('changes while it is read') });
    expect(existsSync(`${scene.target}.journal`)).toBe(false);
  });
});

describe('a coded answer', () => {
  it('is never decoded: bytes are hashed as they are sent', async () => {
    await using scene = await openScene();
    const packed = gzipSync(scene.content, { level: 0 });
    scene.server.always(lie(200, { 'content-encoding': 'gzip', 'content-length': String(packed.length) }, packed));
    const digest = `sha256:${createHash('sha256').update(packed).digest('hex')}` as const;
    expect(await scene.fetch({ size: packed.length, digest })).toMatchObject({ fetched: packed.length });
    expect(readFileSync(scene.target).equals(packed)).toBe(true);
  });

  it('is not asked for', async () => {
    await using scene = await openScene();
    await scene.fetch();
    expect(scene.server.requests[0]?.headers['accept-encoding']).toBe('identity');
  });

  it.each(SIZES)('instead of the bytes (%s) is refused', async (_name, size) => {
    await using scene = await openScene({ size });
    const packed = gzipSync(scene.content, { level: 0 });
    scene.server.always(lie(200, { 'content-encoding': 'gzip', 'content-length': String(packed.length) }, packed));
    await expect(scene.fetch()).rejects.toMatchObject({ code: 'E_INTEGRITY' });
    expect(existsSync(scene.target)).toBe(false);
  });

  it('that would inflate to a thousand times its size is not inflated', async () => {
    await using scene = await openScene();
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    scene.server.always(lie(200, { 'content-encoding': 'gzip', 'content-length': String(bomb.length) }, bomb));
    await expect(scene.fetch({ size: 64 * 1024 * 1024 })).rejects.toMatchObject({ code: expect.stringMatching(/^E_/) });
    expect(existsSync(scene.target) ? readFileSync(scene.target).length : 0).toBeLessThanOrEqual(bomb.length);
  });
});

describe('a digest', () => {
  // With a thread that hashes behind the writer, and without.
  it.each([
    ['a small blob', SMALL],
    ['a larger one', 9 * 1024 * 1024],
  ])('of any kind proves %s, and nothing else', async (_name, size) => {
    await using scene = await openScene({ size });
    const sha512 = createHash('sha512').update(scene.content).digest('hex');
    const blob = createHash('sha1').update(`blob ${size}\0`).update(scene.content).digest('hex');
    for (const digest of [`sha256:${scene.sha256}`, `sha512:${sha512}`, `git-sha1:${blob}`] as const) {
      scene.server.always(ordinary());
      expect(await scene.fetch({ digest })).toEqual({ fetched: size, linked: 0, sha256: scene.sha256 });
      rmSync(scene.target);
      scene.server.always(spoil(3));
      await expect(scene.fetch({ digest })).rejects.toMatchObject({ code: 'E_INTEGRITY' });
    }
    scene.server.always(ordinary());
    const bytes = createHash('sha1').update(scene.content).digest('hex');
    await expect(scene.fetch({ digest: `git-sha1:${bytes}` })).rejects.toMatchObject({ code: 'E_INTEGRITY' });
  });

  it('is as Git counts it', async () => {
    await using scene = await openScene({ size: 6 });
    // `printf 'hello\n' | git hash-object --stdin`
    scene.server.always(lie(200, { 'content-length': '6' }, 'hello\n'));
    expect(await scene.fetch({ digest: 'git-sha1:ce013625030ba8dba906f756967f9e9ca394464a' })).toMatchObject({ fetched: 6 });
  });
});
