import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import type { Digest } from '@ilab/core';
import { describe, expect, it } from 'vitest';
import { status } from './faults.ts';
import { openScene, type Scene } from './scene.ts';

const PART = 1024 * 1024;
const md5 = (bytes: Uint8Array): Buffer => createHash('md5').update(bytes).digest();

function ofParts({ content }: Scene): Digest {
  const parts = Array.from({ length: Math.ceil(content.length / PART) }, (_, index) => md5(content.subarray(index * PART, (index + 1) * PART)));
  return `md5-${PART}:${md5(Buffer.concat(parts)).toString('hex')}`;
}

describe.each([
  ['an md5', ({ content }: Scene): Digest => `md5:${md5(content).toString('hex')}`],
  ['the hash over parts', ofParts],
])('a blob that is known by %s', (_name, digestOf) => {
  it('is held against it, and a wrong start is found out', async () => {
    await using scene = await openScene();
    const digest = digestOf(scene);
    writeFileSync(scene.target, Buffer.alloc(2 * PART));
    expect(await scene.fetch({ digest })).toMatchObject({ fetched: scene.size, sha256: scene.sha256 });
    writeFileSync(scene.target, scene.content.subarray(0, 2 * PART));
    expect(await scene.fetch({ digest })).toMatchObject({ fetched: scene.size - 2 * PART, sha256: scene.sha256 });
    const wrong = digest.replace(/.$/, (end) => (end === '0' ? '1' : '0')) as Digest;
    await expect(scene.fetch({ digest: wrong })).rejects.toMatchObject({ code: 'E_INTEGRITY' });
  });
});

describe('a blob that is known by its state alone', () => {
  const digest: Digest = `etag:${'a'.repeat(64)}`;

  it('comes whole every time: what an earlier try left is not used', async () => {
    await using scene = await openScene();
    writeFileSync(scene.target, scene.content.subarray(0, 2 * PART));
    expect(await scene.fetch({ digest })).toEqual({ fetched: scene.size, linked: 0, sha256: scene.sha256 });
    expect(scene.isWhole()).toBe(true);
  });

  it('is gone when its state is', async () => {
    await using scene = await openScene();
    scene.server.always(status(412));
    await expect(scene.fetch({ digest })).rejects.toMatchObject({ code: 'E_NOT_FOUND', message: expect.stringContaining('412') });
  });
});
