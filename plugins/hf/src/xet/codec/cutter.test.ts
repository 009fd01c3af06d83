import { describe, expect, it } from 'vitest';
import { type Cutter, createCutter } from './cutter.ts';
import { hashFile, type Leaf, writeHash } from './hashes.ts';

/** splitmix64 from zero on, the numbers’ lowest bytes first. */
function splitmix(size: number): Buffer {
  const bytes = Buffer.alloc(Math.ceil(size / 8) * 8);
  const cut = (number: bigint): bigint => BigInt.asUintN(64, number);
  for (let at = 0, state = 0n; at < bytes.length; at += 8) {
    state = cut(state + 0x9e3779b97f4a7c15n);
    const first = cut((state ^ (state >> 30n)) * 0xbf58476d1ce4e5b9n);
    const second = cut((first ^ (first >> 27n)) * 0x94d049bb133111ebn);
    bytes.writeBigUInt64LE(second ^ (second >> 31n), at);
  }
  return bytes.subarray(0, size);
}

/** The lowest bytes of xorshift32’s numbers. */
function xorshift(size: number): Uint8Array {
  let state = 0x9e3779b9;
  return Uint8Array.from({ length: size }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state;
  });
}

function cutAll(bytes: Uint8Array, { cutter = createCutter(), piece = bytes.length || 1 }: { cutter?: Cutter; piece?: number } = {}): readonly Leaf[] {
  const chunks: Leaf[] = [];
  for (let at = 0; at < bytes.length; at += piece) chunks.push(...cutter.push(bytes.subarray(at, at + piece)));
  return [...chunks, ...cutter.end()];
}

const lengths = (chunks: readonly Leaf[]): readonly number[] => chunks.map(({ length }) => length);

describe('chunks are those that xet-core makes', () => {
  it('of random bytes', () => {
    const chunks = cutAll(splitmix(1_000_000));
    let end = 0;
    expect(chunks.map(({ length }) => (end += length))).toEqual([
      84493, 134421, 144853, 243318, 271793, 336457, 467529, 494581, 582000, 596735, 616815, 653164, 678202, 724510, 815591, 827760, 958832, 991092, 1000000,
    ]);
    expect([chunks[0], chunks[9], chunks[18]].map((chunk) => chunk && writeHash(chunk.hash))).toEqual([
      '6eca1e7dadaf08cca5d82d318c800f07c2ddcec115a7e8627e5edd9605b94b8d',
      '001adc1d302d5f039278325dcbd5ec3b194f4794f1629d6f962f9f4bb78a7bff',
      '03e5b5f5a088269ec4b329f1e04debfac4cb54b9c0facf038f7e8e0f054be7e2',
    ]);
  });

  it('of bytes that are all the same', () => {
    expect(lengths(cutAll(new Uint8Array(1_000_000).fill(59)))).toEqual([...Array.from({ length: 7 }, () => 131072), 82496]);
  });

  it('where the rolling hash matches before a chunk may end', () => {
    const chunks = cutAll(xorshift(3 * 1024 * 1024));
    expect(chunks).toHaveLength(52);
    expect(Math.min(...lengths(chunks.slice(0, -1)))).toBeGreaterThanOrEqual(8192);
    expect(chunks[44]).toMatchObject({ length: 131072 });
    expect(writeHash(chunks[44]?.hash ?? new Uint8Array(32))).toBe('8ee1833ff616a01e187888865c8e22f403c860b7a6c347ba28c4511995875086');
  });
});

it.each([
  ['splitmix64', splitmix(1_000_000), '3d17b2d7d64a0e011b6717a52d9a16bd2c3f05b743fa8adf52a7d75dafab6d89'],
  ['xorshift32', xorshift(3 * 1024 * 1024), '27d7a6d9c85ba8153b9929089573df0b9b8c85d1398cff4d25862f2817f78974'],
])('the hash over the chunks of %s is that of hf_xet 1.8.0', (_name, bytes, hash) => {
  expect(writeHash(hashFile(cutAll(bytes)))).toBe(hash);
});

it.each([1000, 8191, 65_536, 131_073, 700_000])('cuts the same in pieces of %d bytes', (piece) => {
  const bytes = splitmix(1_000_000);
  expect(lengths(cutAll(bytes, { piece }))).toEqual(lengths(cutAll(bytes)));
});

it.each([0, 1, 63, 8191, 8192, 8193, 131_071, 131_072, 131_073])('comes to as many bytes as there were (%d)', (size) => {
  expect(lengths(cutAll(splitmix(size))).reduce((sum, length) => sum + length, 0)).toBe(size);
});

it('begins anew after an end', () => {
  const cutter = createCutter();
  cutAll(splitmix(300_000), { cutter });
  expect(lengths(cutAll(splitmix(1_000_000), { cutter }))).toEqual(lengths(cutAll(splitmix(1_000_000))));
});
