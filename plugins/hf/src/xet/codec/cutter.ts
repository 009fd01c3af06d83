import { Hasher } from 'gearhash-jit';
import { LARGEST_CHUNK } from './chunk-header.ts';
import { hashChunk, type Leaf } from './hashes.ts';

const SMALLEST_CHUNK = 8 * 1024;
/** A cut is where the upper sixteen bits are zero: every 64 KiB, by chance. */
const MASK = 0xffff000000000000n;
/** The rolling hash knows no more than so many bytes; what comes before them need not be looked at. */
const WINDOW = 64;

/** Cuts bytes into chunks by their content (chunking.md), as they come. */
export interface Cutter {
  /** Chunks that are complete with these bytes. */
  push(bytes: Uint8Array): readonly Leaf[];
  /** What is left is the last chunk; whatever is pushed next begins a new file. */
  end(): readonly Leaf[];
}

export function createCutter(): Cutter {
  const gear = new Hasher(MASK);
  let buffer = new Uint8Array(0);
  let filled = 0;
  const cut = (isLast: boolean): readonly Leaf[] => {
    const chunks: Leaf[] = [];
    let at = 0;
    while (filled - at >= (isLast ? 1 : LARGEST_CHUNK)) {
      const chunk = buffer.subarray(at, at + lengthOfNext(gear, buffer.subarray(at, Math.min(at + LARGEST_CHUNK, filled))));
      chunks.push({ hash: hashChunk(chunk), length: chunk.length });
      at += chunk.length;
    }
    buffer.copyWithin(0, at, filled);
    filled -= at;
    return chunks;
  };
  return {
    push(bytes) {
      if (buffer.length < filled + bytes.length) buffer = enlarged(buffer, LARGEST_CHUNK + bytes.length);
      buffer.set(bytes, filled);
      filled += bytes.length;
      return cut(false);
    },
    end: () => cut(true),
  };
}

function enlarged(bytes: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(size);
  larger.set(bytes);
  return larger;
}

function lengthOfNext(gear: Hasher, bytes: Uint8Array): number {
  gear.resetHash();
  for (let at = SMALLEST_CHUNK - WINDOW - 1; at < bytes.length; ) {
    const match = gear.nextMatch(bytes.subarray(at));
    if (match < 0) break;
    at += match;
    // Before that the hash may match, too, and means nothing.
    if (at >= SMALLEST_CHUNK) return at;
  }
  return bytes.length;
}
