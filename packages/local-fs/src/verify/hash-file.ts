import { createHash, type Hash } from 'node:crypto';
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { errnoOf } from '../fs-errors.ts';

/** A file to read from its first byte to its last. */
export interface HashTask {
  readonly path: string;
  /** In bytes, as recorded; a Git blob id is over the size, too. */
  readonly size: number;
  readonly algorithm: 'sha256' | 'git-sha1';
}

/** Hex, or why there is none: the system's code where it has one. */
export type HashOutcome = { readonly hex: string } | { readonly problem: string };

/** Read at once: what the processor's cache still holds when it is hashed; and how many bytes go by between two words of progress. */
const BLOCK = 256 * 1024;
const TELL_EVERY = 128 * BLOCK;

// Neither is there on Windows. A pipe under a file's name must not hold the reader.
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

let block: Buffer | undefined;

/** Hashes what is on disk, following no link. Synchronous: it runs on threads that do nothing else, or for little. */
export function hashFile({ path, size, algorithm }: HashTask, tell: (read: number) => void): HashOutcome {
  try {
    const file = openSync(path, FLAGS);
    try {
      if (!fstatSync(file).isFile()) return { problem: 'no regular file' };
      const hash = algorithm === 'sha256' ? createHash('sha256') : createHash('sha1').update(`blob ${size}\0`);
      const read = readInto(hash, file, tell);
      return read === size ? { hex: hash.digest('hex') } : { problem: `${read} bytes` };
    } finally {
      closeSync(file);
    }
  } catch (error) {
    return { problem: errnoOf(error) ?? String(error) };
  }
}

function readInto(hash: Hash, file: number, tell: (read: number) => void): number {
  block ??= Buffer.allocUnsafeSlow(BLOCK);
  let told = 0;
  for (let at = 0; ; ) {
    const read = readSync(file, block, 0, BLOCK, at);
    if (read === 0) return at;
    hash.update(block.subarray(0, read));
    at += read;
    if (at - told < TELL_EVERY) continue;
    told = at;
    tell(at);
  }
}
