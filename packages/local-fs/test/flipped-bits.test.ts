import { createHash } from 'node:crypto';
import { chmodSync, closeSync, openSync, readSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { nullProgress, type StoredSnapshot } from '@ilab/core';
import { addSnapshot, collect, sampleFile, sampleId } from '@ilab/testkit';
import { describe, expect, it } from 'vitest';
import type { LocalStore } from '../src/index.ts';
import { temporaryStore } from './temporary-store.ts';

const id = sampleId();
const KIB = 1024;
const FILES = 250;
const PLACES = 1000;

/** Numbers that are the same in every run: bytes that look like weights, and places among them. */
function* numbers(seed: string): Generator<number> {
  for (let round = 0; ; round++) {
    const block = createHash('sha256').update(`${seed} ${round}`).digest();
    for (let at = 0; at < block.length; at += 4) yield block.readUInt32LE(at);
  }
}

/** Changes one bit where it stands, as a disk does that loses one. */
function flip(place: string, offset: number, bit: number): void {
  chmodSync(place, 0o644);
  const file = openSync(place, 'r+');
  const byte = Buffer.alloc(1);
  readSync(file, byte, 0, 1, offset);
  byte[0] = (byte[0] ?? 0) ^ (1 << bit);
  writeSync(file, byte, 0, 1, offset);
  closeSync(file);
  chmodSync(place, 0o444);
}

async function verify({ cache, verifier }: LocalStore, only?: ReadonlySet<string>) {
  const snapshot = (await cache.snapshot(id, {})) as StoredSnapshot;
  const found = await collect(verifier.verify({ targets: [{ snapshot, ...(only && { only }) }], depth: 'content', progress: nullProgress }, {}));
  return { snapshot, bad: found.filter(({ state }) => state === 'bad').map(({ path }) => path) };
}

describe('one flipped bit', () => {
  it(`is found in each of ${PLACES} places, and nothing else is`, async () => {
    const store = temporaryStore();
    const random = numbers('content');
    const files = Array.from({ length: FILES }, (_, index) => sampleFile(`part-${index}.bin`, String.fromCharCode(...take(random, KIB, 128))));
    await addSnapshot(store, { id, files });
    const { snapshot, bad } = await verify(store);
    expect(bad).toEqual([]);
    const where = numbers('places');
    let found = 0;
    // In rounds, each of which flips one bit of every file, looks, and flips it back.
    for (let round = 0; round < PLACES / FILES; round++) {
      const flips = files.map(({ path, size }) => {
        const [offset = 0, bit = 0] = take(where, 2);
        return { place: join(snapshot.path, path), offset: offset % size, bit: bit % 8 };
      });
      for (const { place, offset, bit } of flips) flip(place, offset, bit);
      found += new Set((await verify(store)).bad).size;
      for (const { place, offset, bit } of flips) flip(place, offset, bit);
    }
    expect(found).toBe(PLACES);
    expect((await verify(store)).bad).toEqual([]);
  });

  it('is found at the ends of a large file and of every block that is read, on threads of their own', async () => {
    const store = temporaryStore();
    const size = 17 * KIB * KIB + 3;
    const file = sampleFile('model.gguf', 'weights '.repeat(size / 8));
    await addSnapshot(store, { id, files: [file, sampleFile('other.bin', 'other')] });
    const { snapshot } = await verify(store);
    for (const offset of [0, KIB * KIB - 1, KIB * KIB, 16 * KIB * KIB, file.size - 1]) {
      flip(join(snapshot.path, file.path), offset, offset % 8);
      expect((await verify(store)).bad, `at ${offset}`).toEqual([file.path]);
      flip(join(snapshot.path, file.path), offset, offset % 8);
    }
    expect((await verify(store)).bad).toEqual([]);
  });
});

function take(from: Generator<number>, count: number, below?: number): number[] {
  return Array.from({ length: count }, () => {
    const { value } = from.next() as IteratorYieldResult<number>;
    return below === undefined ? value : value % below;
  });
}
