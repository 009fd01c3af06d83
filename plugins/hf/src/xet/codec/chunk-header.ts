import { Malformed } from './lz4-block.ts';

/** Bytes before each chunk of a xorb (xorb.md, “Chunk Header Structure”). */
export const HEADER = 8;
/** Bytes of a chunk; the specification lets none be larger. */
export const LARGEST_CHUNK: number = 128 * 1024;
/** What packing may add to a chunk at most, by the reference client's own limit. */
export const LARGEST_PACKED: number = 2 * LARGEST_CHUNK;

export const SCHEMES = { none: 0, lz4: 1, groupedLz4: 2 } as const;

export interface ChunkHeader {
  /** Bytes that follow the header. */
  readonly packed: number;
  /** Bytes of the chunk. */
  readonly unpacked: number;
  readonly scheme: number;
}

/** @throws Malformed for sizes and schemes that can't be, before anything is made of them */
export function readChunkHeader(bytes: Uint8Array, at: number): ChunkHeader {
  const header = { packed: numberAt(bytes, at + 1), scheme: bytes[at + 4] ?? -1, unpacked: numberAt(bytes, at + 5) };
  const { packed, scheme, unpacked } = header;
  if (bytes[at] !== 0) throw new Malformed('a chunk is of an unknown version');
  if (scheme > SCHEMES.groupedLz4) throw new Malformed('a chunk is packed in an unknown way');
  if (packed === 0 || packed > LARGEST_PACKED) throw new Malformed(`a chunk of ${packed} packed bytes can’t be`);
  if (unpacked === 0 || unpacked > LARGEST_CHUNK) throw new Malformed(`a chunk of ${unpacked} bytes can’t be`);
  if (scheme === SCHEMES.none && packed !== unpacked) throw new Malformed('a chunk that is not packed has two sizes');
  return header;
}

function numberAt(bytes: Uint8Array, at: number): number {
  return (bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8) | ((bytes[at + 2] ?? 0) << 16);
}
