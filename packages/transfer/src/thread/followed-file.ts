import { closeSync, openSync, readSync } from 'node:fs';
import { createFileHash, type Hashes } from '../hash/hashes.ts';
import type { FollowOrder } from './messages.ts';

/** A file that grows, hashed once and in order: as it is written where this thread writes it, else out of the page cache, behind its writers. */
export interface FollowedFile {
  advance(frontier: number): void;
  /** Bytes that were written just now: hashed at once where they are the next ones, while the core still has them. */
  take(bytes: Uint8Array, at: number): void;
  /** Hashes a block of what is written by now. @returns whether there was one; @throws what the disk says */
  catchUp(): boolean;
  /** Of the whole, once, when it is. */
  hashes(): Hashes | undefined;
  close(): void;
}

/** All files of a thread are read into the same memory. */
const block = Buffer.allocUnsafe(1024 * 1024);

/** @throws what the disk says */
export function followFile({ path, size, algorithm }: Pick<FollowOrder, 'path' | 'size' | 'algorithm'>): FollowedFile {
  const file = openSync(path, 'r');
  const hash = createFileHash({ size, algorithm });
  let [at, frontier] = [0, 0];
  return {
    advance(written) {
      frontier = Math.max(frontier, written);
    },
    take(bytes, from) {
      if (from !== at) return;
      hash.update(bytes);
      at += bytes.length;
    },
    catchUp() {
      if (frontier <= at) return false;
      const read = readSync(file, block, 0, Math.min(block.length, frontier - at), at);
      if (read === 0) throw new Error(`${path} became shorter while it was hashed`);
      hash.update(block.subarray(0, read));
      at += read;
      return true;
    },
    hashes: () => (at === size ? hash.digest() : undefined),
    close: () => closeSync(file),
  };
}
