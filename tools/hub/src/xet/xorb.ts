import { Readable } from 'node:stream';
import { type Chunk, hashToHex, xorbHash } from '@huggingface/xetchunk-wasm';
import type { Blob } from '../content/blob.ts';
import { packChunk } from './pack-chunk.ts';

/** Limits of a xorb (xorb.md, “Collecting Chunks”). */
const LARGEST = 64 * 1024 * 1024;
const MOST_CHUNKS = 8192;

/** Where the bytes of a chunk are. */
export interface ChunkPlace {
  readonly blob: Blob;
  readonly at: number;
}

/** Chunks that are stored together. Not kept packed: a chunk packs the same every time. */
export interface Xorb {
  /** As hashes are written; known once it is closed. */
  readonly hash: string;
  readonly chunks: number;
  /** @returns the chunk’s index */
  add(chunk: Chunk, place: ChunkPlace, packed: number): number;
  hasRoom(packed: number): boolean;
  lengthOf(start: number, end: number): number;
  /** Where packed chunks begin; that of the number of chunks is where the last one ends. */
  offsetOf(index: number): number;
  /** The packed chunks as a blob, to be served. */
  blob(): Blob;
}

export function createXorb(): Xorb {
  const chunks: (Chunk & ChunkPlace)[] = [];
  const offsets = [0];
  const size = (): number => offsets.at(-1) ?? 0;
  let hash: string | undefined;
  return {
    get hash() {
      hash ??= hashToHex(xorbHash(chunks));
      return hash;
    },
    get chunks() {
      return chunks.length;
    },
    add(chunk, place, packed) {
      offsets.push(size() + packed);
      return chunks.push({ ...chunk, ...place }) - 1;
    },
    hasRoom: (packed) => size() + packed <= LARGEST && chunks.length < MOST_CHUNKS,
    lengthOf: (start, end) => chunks.slice(start, end).reduce((sum, { length }) => sum + length, 0),
    offsetOf: (index) => offsets[index] ?? 0,
    blob() {
      return { size: size(), sha256: this.hash, gitSha1: '', read: (start, end) => Readable.from(read(start, end), { objectMode: false }) };
    },
  };

  async function* read(start: number, end: number): AsyncGenerator<Uint8Array> {
    for (const [index, chunk] of chunks.entries()) {
      const [from, to] = [offsets[index] ?? 0, offsets[index + 1] ?? 0];
      if (to <= start || from > end) continue;
      const packed = packChunk(await bytesOf(chunk));
      yield packed.subarray(Math.max(0, start - from), Math.min(packed.length, end + 1 - from));
    }
  }
}

async function bytesOf({ blob, at, length }: Chunk & ChunkPlace): Promise<Uint8Array> {
  return Buffer.concat(await blob.read(at, at + length - 1).toArray());
}
