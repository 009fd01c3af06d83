import { regroup } from './byte-groups.ts';
import { HEADER, LARGEST_CHUNK, readChunkHeader, SCHEMES } from './chunk-header.ts';
import { HASH, hashChunk } from './hashes.ts';
import { Malformed } from './lz4-block.ts';
import { unpackFrame } from './lz4-frame.ts';

/** Chunks one after the other, and their hashes one after the other. */
export interface Unpacked {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly hashes: Uint8Array<ArrayBuffer>;
}

const grouped = new Uint8Array(LARGEST_CHUNK);
const ordered = new Uint8Array(LARGEST_CHUNK);

/**
 * Unpacks a run of chunks, each behind its header.
 * @throws Malformed when they are not so many, or not of these bytes altogether
 */
export function unpackChunks(packed: Uint8Array, { count, size }: { readonly count: number; readonly size: number }): Unpacked {
  const bytes = new Uint8Array(size);
  const hashes = new Uint8Array(count * HASH);
  let [at, written] = [0, 0];
  for (let index = 0; index < count; index++) {
    const header = readChunkHeader(packed, at);
    const data = packed.subarray(at + HEADER, at + HEADER + header.packed);
    const chunk = bytes.subarray(written, written + header.unpacked);
    if (data.length !== header.packed || chunk.length !== header.unpacked) throw new Malformed('chunks end too early');
    unpackChunk(data, { chunk, scheme: header.scheme });
    hashes.set(hashChunk(chunk), index * HASH);
    at += HEADER + header.packed;
    written += header.unpacked;
  }
  if (at !== packed.length || written !== size) throw new Malformed('there are more chunks than was said');
  return { bytes, hashes };
}

function unpackChunk(data: Uint8Array, { chunk, scheme }: { readonly chunk: Uint8Array; readonly scheme: number }): void {
  if (scheme === SCHEMES.none) return chunk.set(data);
  if (scheme === SCHEMES.lz4) return unpackFrame(data, chunk);
  const groups = grouped.subarray(0, chunk.length);
  const whole = ordered.subarray(0, chunk.length);
  unpackFrame(data, groups);
  regroup(groups, whole);
  chunk.set(whole);
}
