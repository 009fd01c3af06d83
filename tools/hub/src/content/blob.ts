import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';

/** Bytes that the hub serves, in memory or on disk. */
export interface Blob {
  readonly size: number;
  /** Hex. */
  readonly sha256: string;
  /** Hex: the Git blob id. */
  readonly gitSha1: string;
  /** Bytes `start` to `end`, both included. */
  read(start: number, end: number): Readable;
}

/** Large reads: the hub must not be what a benchmark measures. */
const READ_AT_ONCE = 1024 * 1024;

export function blobOf(content: Uint8Array | string): Blob {
  const bytes = Buffer.from(content);
  return {
    size: bytes.length,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    gitSha1: createHash('sha1').update(`blob ${bytes.length}\0`).update(bytes).digest('hex'),
    read: (start, end) => Readable.from([bytes.subarray(start, end + 1)], { objectMode: false }),
  };
}

/** A file as it is now; it must not change while it is served. */
export async function blobOfFile(path: string): Promise<Blob> {
  const { size } = await stat(path);
  const sha256 = createHash('sha256');
  const gitSha1 = createHash('sha1').update(`blob ${size}\0`);
  for await (const chunk of createReadStream(path, { highWaterMark: READ_AT_ONCE })) {
    sha256.update(chunk as Buffer);
    gitSha1.update(chunk as Buffer);
  }
  return {
    size,
    sha256: sha256.digest('hex'),
    gitSha1: gitSha1.digest('hex'),
    read: (start, end) => createReadStream(path, { start, end, highWaterMark: READ_AT_ONCE }),
  };
}
