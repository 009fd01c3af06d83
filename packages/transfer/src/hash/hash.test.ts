import { createHash, randomBytes } from 'node:crypto';
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { DigestAlgorithm } from '@ilab/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashFile } from './hash-file.ts';
import { followFile } from './hash-follower.ts';

const SIZE = 3 * 1024 * 1024 + 7;
const content = randomBytes(SIZE);
const expected: Record<DigestAlgorithm, string> = {
  sha256: createHash('sha256').update(content).digest('hex'),
  sha512: createHash('sha512').update(content).digest('hex'),
  'git-sha1': createHash('sha1').update(`blob ${SIZE}\0`).update(content).digest('hex'),
};
const ALGORITHMS = ['sha256', 'sha512', 'git-sha1'] as const;

let directory: string;
let path: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'ilab-hash-'));
  path = join(directory, 'file');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

describe.each(ALGORITHMS)('%s', (algorithm) => {
  it('of a whole file comes with its sha256', async () => {
    writeFileSync(path, content);
    const hashes = await hashFile(path, { size: SIZE, algorithm });
    expect(hashes).toEqual({ sha256: expected.sha256, [algorithm]: expected[algorithm] });
  });

  it('of a growing file is that of the whole, and reads no byte before it is there', async () => {
    writeFileSync(path, Buffer.alloc(SIZE, 1));
    const file = openSync(path, 'r+');
    const follower = followFile({ path, size: SIZE, algorithm });
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
    const follower = followFile({ path, size: SIZE, algorithm: 'sha256' });
    follower.advance(2 * 1024 * 1024);
    await sleep(50);
    const started = performance.now();
    await follower.stop();
    expect(performance.now() - started).toBeLessThan(1000);
    expect(await Promise.race([follower.result, sleep(50, 'nothing')])).toBe('nothing');
  });

  it('of a file that is not there fails', async () => {
    const follower = followFile({ path: join(directory, 'none'), size: SIZE, algorithm: 'sha256' });
    await expect(follower.result).rejects.toMatchObject({ code: 'ENOENT' });
    await follower.stop();
  });
});
