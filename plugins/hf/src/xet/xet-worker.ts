// What takes the processor’s time: cutting, hashing and unpacking of chunks, on a thread of its own. One task at a time, each answered.
import { parentPort } from 'node:worker_threads';
import { createCutter } from './codec/cutter.ts';
import { HASH, type Leaf } from './codec/hashes.ts';
import { Malformed } from './codec/lz4-block.ts';
import { unpackChunks } from './codec/unpack-chunks.ts';
import type { XetChunks, XetTask } from './xet-messages.ts';

let cutter = createCutter();

function answer(task: XetTask): XetChunks {
  if (task.kind === 'unpack') return { lengths: [], ...unpackChunks(task.packed, task) };
  const { bytes, size, isFirst, isLast } = task;
  // The run before may have been given up.
  if (isFirst) cutter = createCutter();
  const chunks = [...cutter.push(bytes.subarray(0, size)), ...(isLast ? cutter.end() : [])];
  return { lengths: chunks.map(({ length }) => length), hashes: join(chunks), bytes };
}

function join(chunks: readonly Leaf[]): Uint8Array<ArrayBuffer> {
  const hashes = new Uint8Array(chunks.length * HASH);
  for (const [index, { hash }] of chunks.entries()) hashes.set(hash, index * HASH);
  return hashes;
}

parentPort?.on('message', (task: XetTask) => {
  try {
    const done = answer(task);
    parentPort?.postMessage(done, [done.bytes.buffer]);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    parentPort?.postMessage({ malformed: error.message });
  }
});
