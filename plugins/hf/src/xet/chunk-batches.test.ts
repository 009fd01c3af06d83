import { randomBytes } from 'node:crypto';
import { packChunk } from '@ilab/hub';
import { describe, expect, it } from 'vitest';
import { type ChunkBatch, chunkBatches } from './chunk-batches.ts';

const chunks = Array.from({ length: 60 }, (_, index) => (index % 3 === 0 ? Buffer.alloc(131_072, index) : randomBytes(8192 + index * 1000)));
const packed = Buffer.concat(chunks.map(packChunk));

async function batches(bytes: Uint8Array, { count = chunks.length, piece = 65_536 } = {}): Promise<ChunkBatch[]> {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += piece) yield bytes.subarray(at, at + piece);
  }
  return Array.fromAsync(chunkBatches(pieces(), count));
}

it.each([1, 7, 8, 65_536, 1_000_000, 100_000_000])('brings the same chunks in whatever pieces they come (%d)', async (piece) => {
  const small = piece === 1 ? packed.subarray(0, packChunk(chunks[0] ?? Buffer.of()).length + packChunk(chunks[1] ?? Buffer.of()).length) : packed;
  const found = await batches(small, { piece, count: piece === 1 ? 2 : chunks.length });
  expect(Buffer.concat(found.map((batch) => batch.packed)).equals(small)).toBe(true);
  expect(found.flatMap(({ lengths }) => lengths)).toEqual(chunks.slice(0, piece === 1 ? 2 : undefined).map(({ length }) => length));
});

it('keeps batches small, however well they were packed', async () => {
  const zeros = Buffer.concat(Array.from({ length: 200 }, () => packChunk(Buffer.alloc(131_072))));
  for (const { lengths } of await batches(zeros, { count: 200 })) expect(lengths.length).toBeLessThanOrEqual(16);
});

describe('refuses', () => {
  const refusal = expect.objectContaining({ code: 'E_INTEGRITY' });

  it('fewer chunks than were to come, or more', async () => {
    await expect(batches(packed, { count: 61 })).rejects.toEqual(refusal);
    await expect(batches(packed, { count: 59 })).rejects.toEqual(refusal);
    await expect(batches(packed.subarray(0, -1))).rejects.toEqual(refusal);
    await expect(batches(Buffer.concat([packed, Buffer.of(0)]))).rejects.toEqual(refusal);
    await expect(batches(Buffer.of())).rejects.toEqual(refusal);
  });

  it('headers that can’t be, before anything is made of them', async () => {
    for (const [at, byte] of [
      [0, 7],
      [4, 9],
      [3, 0xff],
      [7, 0xff],
    ] as const) {
      const changed = Buffer.from(packed);
      changed[at] = byte;
      await expect(batches(changed)).rejects.toEqual(refusal);
    }
  });
});
