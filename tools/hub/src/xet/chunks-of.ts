import { Hasher as Blake3 } from '@huggingface/blake3-jit';
import type { Chunk } from '@huggingface/xetchunk-wasm';
import { Hasher as Gear } from 'gearhash-jit';
import type { Blob } from '../content/blob.ts';

const [SMALLEST, LARGEST] = [8 * 1024, 128 * 1024];
const MASK = 0xffff000000000000n;
/** hashing.md, “DATA_KEY”. */
const KEY = Buffer.from('6697f5775b9550de3135cbaca597181c9de421109beb2b58b4d0b04b93adf229', 'hex');

export interface CutChunk {
  readonly chunk: Chunk;
  readonly bytes: Uint8Array;
}

/** Cuts a blob by its content (chunking.md). Not by xetchunk-wasm 0.2.0, which also cuts before the smallest size. */
export async function* chunksOf(blob: Blob): AsyncGenerator<CutChunk> {
  let waiting = Buffer.alloc(0);
  for await (const piece of blob.size > 0 ? blob.read(0, blob.size - 1) : []) {
    waiting = Buffer.concat([waiting, piece as Buffer]);
    for (; waiting.length >= LARGEST; waiting = waiting.subarray(sizeOfFirst(waiting))) yield described(waiting);
  }
  for (; waiting.length > 0; waiting = waiting.subarray(sizeOfFirst(waiting))) yield described(waiting);
}

const gear = new Gear(MASK);
const blake3 = Blake3.newKeyed(KEY);

function sizeOfFirst(bytes: Uint8Array): number {
  const most = Math.min(bytes.length, LARGEST);
  gear.resetHash();
  let size = 0;
  do {
    const match = gear.nextMatch(bytes.subarray(size, most));
    if (match < 0) return most;
    size += match;
  } while (size < SMALLEST);
  return size;
}

function described(bytes: Uint8Array): CutChunk {
  const first = bytes.subarray(0, sizeOfFirst(bytes));
  return { chunk: { length: first.length, hash: blake3.reset().update(first).finalize(32) }, bytes: first };
}
