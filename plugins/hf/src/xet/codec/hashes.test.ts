import { expect, it } from 'vitest';
import { hashChunk, hashFile, writeHash } from './hashes.ts';

it('writes a hash as the specification does', () => {
  const hash = Uint8Array.from({ length: 32 }, (_, index) => index);
  expect(writeHash(hash)).toBe('07060504030201000f0e0d0c0b0a090817161514131211101f1e1d1c1b1a1918');
});

it('gives an empty file the hash of zeros', () => {
  expect(writeHash(hashFile([]))).toBe('0'.repeat(64));
});

it('minds the order of chunks, and their lengths', () => {
  const [a, b] = ['a', 'b'].map((text) => ({ hash: hashChunk(Buffer.from(text)), length: 1 }));
  if (!a || !b) throw new Error('two chunks were made');
  const hashes = [[a, b], [b, a], [a, { ...b, length: 2 }], [a], [a, b, a]].map((chunks) => writeHash(hashFile(chunks)));
  expect(new Set(hashes).size).toBe(hashes.length);
});
