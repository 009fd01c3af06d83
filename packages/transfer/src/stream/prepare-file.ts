import { createHash } from 'node:crypto';
import { type CallOptions, digestParts, type ReadRequest, type RemoteReader, type UploadFile } from '@ilab/core';

/** A file no larger than this is held once it was read, and of all of them together no more than that, in bytes. */
const SMALL = 1024 * 1024;
const MOST_HELD = 32 * 1024 * 1024;

type Read = (request: ReadRequest, options: CallOptions) => AsyncIterable<Uint8Array>;

/** Makes files ready to be sent; those whose sha256 nobody tells are read for it. */
export function createPreparation(read: Read): RemoteReader['prepare'] {
  let left = MOST_HELD;
  return async ({ file: { path, blob }, ...from }, options) => {
    const { algorithm, hex } = digestParts(blob.digest);
    const open: UploadFile['open'] = (range) => read({ ...from, blob, ...(range && { range }) }, options);
    if (algorithm === 'sha256') return { path, size: blob.size, sha256: hex, open };
    const isHeld = blob.size <= Math.min(SMALL, left);
    if (isHeld) left -= blob.size;
    const hash = createHash('sha256');
    const pieces: Uint8Array[] = [];
    for await (const piece of open()) {
      hash.update(piece);
      if (isHeld) pieces.push(piece);
    }
    const bytes = Buffer.concat(pieces);
    return { path, size: blob.size, sha256: hash.digest('hex'), open: isHeld ? fromMemory(bytes) : open };
  };
}

function fromMemory(bytes: Uint8Array): UploadFile['open'] {
  return async function* open({ start, end } = { start: 0, end: bytes.length }) {
    yield bytes.subarray(start, end);
  };
}
