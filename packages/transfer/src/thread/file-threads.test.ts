import { createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashFile } from '../hash/hash-file.ts';
import { createFileThreads, type FileThreads } from './file-threads.ts';

const SIZE = 3 * 1024 * 1024 + 7;
const content = randomBytes(SIZE);
const PART = 1_000_000;
const parts = Array.from({ length: Math.ceil(SIZE / PART) }, (_, index) => content.subarray(index * PART, (index + 1) * PART));
const expected = {
  sha256: createHash('sha256').update(content).digest('hex'),
  sha512: createHash('sha512').update(content).digest('hex'),
  'git-sha1': createHash('sha1').update(`blob ${SIZE}\0`).update(content).digest('hex'),
  md5: createHash('md5').update(content).digest('hex'),
  [`md5-${PART}` as const]: hashOfHashes('md5'),
  [`sha256-${PART}` as const]: hashOfHashes('sha256'),
};
const ALGORITHMS = ['sha256', 'sha512', 'git-sha1', 'md5', `md5-${PART}`, `sha256-${PART}`] as const;

function hashOfHashes(algorithm: string): string {
  const whole = createHash(algorithm);
  for (const part of parts) whole.update(createHash(algorithm).update(part).digest());
  return whole.digest('hex');
}

let directory: string;
let path: string;
let pool: FileThreads;
beforeEach(() => {
  pool = createFileThreads(2);
  directory = mkdtempSync(join(tmpdir(), 'ilab-hash-'));
  path = join(directory, 'file');
});
afterEach(async () => {
  await pool.close();
  rmSync(directory, { recursive: true, force: true });
});

describe.each(ALGORITHMS)('%s', (algorithm) => {
  it('of a whole file comes with its sha256', async () => {
    writeFileSync(path, content);
    const hashes = await hashFile(path, { size: SIZE, algorithm });
    expect(hashes).toEqual({ sha256: expected.sha256, [algorithm]: expected[algorithm] });
  });

  it('of a growing file is that of the whole, and reads no byte before it is there', async () => {
    writeFileSync(path, Buffer.alloc(SIZE, 1));
    const file = openSync(path, 'r+');
    const follower = pool.follow({ path, size: SIZE, algorithm });
    for (let at = 0; at < SIZE; at += 700_000) {
      writeSync(file, content, at, Math.min(700_000, SIZE - at), at);
      follower.advance(Math.min(at + 700_000, SIZE));
      await sleep(5);
    }
    expect(await follower.result).toEqual({ sha256: expected.sha256, [algorithm]: expected[algorithm] });
    await follower.stop();
    closeSync(file);
  });
});

describe('a follower', () => {
  it('that is stopped half-way ends, and answers nothing', async () => {
    writeFileSync(path, content);
    const follower = pool.follow({ path, size: SIZE, algorithm: 'sha256' });
    follower.advance(2 * 1024 * 1024);
    await sleep(50);
    const started = performance.now();
    await follower.stop();
    expect(performance.now() - started).toBeLessThan(5000);
    expect(await Promise.race([follower.result, sleep(50, 'nothing')])).toBe('nothing');
  });

  it('of a file that is not there fails', async () => {
    const follower = pool.follow({ path: join(directory, 'none'), size: SIZE, algorithm: 'sha256' });
    await expect(follower.result).rejects.toMatchObject({ code: 'ENOENT' });
    await follower.stop();
  });

  it('that fails or is stopped leaves the others of its thread alone', async () => {
    writeFileSync(path, content);
    const one = createFileThreads(1);
    const missing = one.follow({ path: join(directory, 'none'), size: SIZE, algorithm: 'sha256' });
    const stopped = one.follow({ path, size: SIZE, algorithm: 'sha256' });
    const whole = one.follow({ path, size: SIZE, algorithm: 'sha256' });
    await expect(missing.result).rejects.toMatchObject({ code: 'ENOENT' });
    await stopped.stop();
    whole.advance(SIZE);
    expect(await whole.result).toEqual({ sha256: expected.sha256 });
    await one.close();
  });

  it('is one of many on a few threads, all of them right', async () => {
    writeFileSync(path, content);
    const followers = Array.from({ length: 20 }, () => pool.follow({ path, size: SIZE, algorithm: 'sha256' }));
    for (let at = 0; at <= SIZE; at += 1024 * 1024) for (const follower of followers) follower.advance(Math.min(at + 1024 * 1024, SIZE));
    expect(new Set((await Promise.all(followers.map(({ result }) => result))).map(({ sha256 }) => sha256))).toEqual(new Set([expected.sha256]));
  });

  it('of a file that became shorter fails', async () => {
    writeFileSync(path, content.subarray(0, 2 * 1024 * 1024));
    const follower = pool.follow({ path, size: SIZE, algorithm: 'sha256' });
    follower.advance(SIZE);
    await expect(follower.result).rejects.toThrow('became shorter');
  });
});
