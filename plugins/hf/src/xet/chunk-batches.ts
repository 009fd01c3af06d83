import { IlabError } from '@ilab/plugin-api';
import { type ChunkHeader, HEADER, LARGEST_PACKED, readChunkHeader } from './codec/chunk-header.ts';
import { Malformed } from './codec/lz4-block.ts';

/** Whole packed chunks that came one after the other. */
export interface ChunkBatch {
  readonly packed: Uint8Array<ArrayBuffer>;
  /** Bytes of each chunk, as its header says. */
  readonly lengths: readonly number[];
}

/** Bytes of a batch, packed and unpacked, beyond which it is not made larger: what is under way stays small, however well it was packed. */
const PACKED = 512 * 1024;
const UNPACKED = 1024 * 1024;
/** A batch is full before this is. */
const ROOM = PACKED + HEADER + LARGEST_PACKED;

/**
 * Cuts what comes of a xorb into batches of whole chunks.
 * @throws IlabError E_INTEGRITY for headers that can’t be, or when other than `count` chunks come
 */
export async function* chunkBatches(body: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<ChunkBatch> {
  const buffer = new Uint8Array(ROOM);
  let [filled, left] = [0, count];
  for await (const piece of body) {
    for (let taken = 0; taken < piece.length; ) {
      const part = piece.subarray(taken, taken + ROOM - filled);
      buffer.set(part, filled);
      filled += part.length;
      taken += part.length;
      for (let batch = cutBatch(buffer.subarray(0, filled), left); batch.isFull; batch = cutBatch(buffer.subarray(0, filled), left)) {
        left -= batch.lengths.length;
        yield { packed: buffer.slice(0, batch.end), lengths: batch.lengths };
        buffer.copyWithin(0, batch.end, filled);
        filled -= batch.end;
      }
    }
  }
  const rest = cutBatch(buffer.subarray(0, filled), left);
  if (rest.end !== filled || rest.lengths.length !== left) throw broken(`${count} chunks were to come, and others did`);
  if (left > 0) yield { packed: buffer.slice(0, filled), lengths: rest.lengths };
}

/** How far whole chunks go, at most to a batch’s size. */
function cutBatch(bytes: Uint8Array, most: number): { readonly end: number; readonly lengths: readonly number[]; readonly isFull: boolean } {
  const lengths: number[] = [];
  let [end, unpacked] = [0, 0];
  while (lengths.length < most && end + HEADER <= bytes.length) {
    const header = readHeader(bytes, end);
    if (end + HEADER + header.packed > bytes.length) break;
    end += HEADER + header.packed;
    unpacked += header.unpacked;
    lengths.push(header.unpacked);
    if (end >= PACKED || unpacked >= UNPACKED) return { end, lengths, isFull: true };
  }
  if (lengths.length === most && end < bytes.length) throw broken('more chunks come than were to');
  return { end, lengths, isFull: false };
}

function readHeader(bytes: Uint8Array, at: number): ChunkHeader {
  try {
    return readChunkHeader(bytes, at);
  } catch (error) {
    throw error instanceof Malformed ? broken(error.message) : error;
  }
}

function broken(what: string): IlabError {
  return new IlabError('E_INTEGRITY', `What came of a xorb makes no sense: ${what}.`, { side: 'source' });
}
