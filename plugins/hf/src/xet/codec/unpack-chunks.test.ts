import { randomBytes } from 'node:crypto';
import { packChunk } from '@ilab/hub';
import { describe, expect, it } from 'vitest';
import { hashChunk } from './hashes.ts';
import { Malformed } from './lz4-block.ts';
import { unpackChunks } from './unpack-chunks.ts';

const random = randomBytes(70_000);
const text = Buffer.from('the quick brown fox '.repeat(3000));
/** As weights are: the upper bytes of numbers are alike, the lower ones are not. */
const weights = Buffer.from(Array.from({ length: 65_537 }, (_, index) => (index % 4 === 3 ? 0x3c : index % 4 === 2 ? index % 11 : (random[index] ?? 0))));

const packed = [random, text, weights].map(packChunk);
const size = random.length + text.length + weights.length;

it('unpacks chunks of every kind, and hashes them', () => {
  expect(packed.map((chunk) => chunk[4])).toEqual([0, 1, 2]);
  const { bytes, hashes } = unpackChunks(Buffer.concat(packed), { count: 3, size });
  expect(Buffer.compare(bytes, Buffer.concat([random, text, weights]))).toBe(0);
  expect(Buffer.from(hashes)).toEqual(Buffer.concat([random, text, weights].map(hashChunk)));
});

describe('refuses', () => {
  it.each([
    ['fewer chunks', { count: 2, size }],
    ['more chunks', { count: 4, size }],
    ['fewer bytes', { count: 3, size: size - 1 }],
    ['more bytes', { count: 3, size: size + 1 }],
  ])('%s than were said', (_what, said) => {
    expect(() => unpackChunks(Buffer.concat(packed), said)).toThrow(Malformed);
  });

  it.each([
    ['a version', 0, [1]],
    ['a way of packing', 4, [3]],
    ['no packed bytes', 1, [0, 0, 0]],
    ['more packed bytes than a chunk can have', 1, [1, 0, 4]],
    ['no bytes', 5, [0, 0, 0]],
    ['more bytes than a chunk can have', 5, [1, 0, 2]],
    ['a chunk of another size than its frame’s', 5, [1, 0, 1]],
  ])('%s that can’t be', (_what, at, bytes) => {
    const changed = Buffer.from(packChunk(text));
    changed.set(bytes, at);
    expect(() => unpackChunks(changed, { count: 1, size: text.length })).toThrow(Malformed);
  });

  it('a chunk that is not packed, in two sizes', () => {
    const changed = Buffer.from(packChunk(random));
    changed[5] = (changed[5] ?? 0) - 1;
    expect(() => unpackChunks(changed, { count: 1, size: random.length })).toThrow(Malformed);
  });
});
