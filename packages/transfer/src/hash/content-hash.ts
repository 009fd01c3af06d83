import { createHash, type Hash } from 'node:crypto';
import type { DigestAlgorithm } from '@ilab/core';

/** What a digest's algorithm makes of bytes. */
export interface ContentHash {
  update(bytes: Uint8Array): void;
  /** Hex; once, when all bytes were taken. */
  end(): string;
}

/** @param content its size in bytes; @returns undefined for `etag`, which is no hash of bytes */
export function createContentHash({ algorithm, size }: { readonly algorithm: DigestAlgorithm; readonly size: number }): ContentHash | undefined {
  if (algorithm === 'etag') return undefined;
  const parted = /^(md5|sha256)-(\d+)$/.exec(algorithm);
  if (parted?.[1]) return hashOfParts(parted[1], Number(parted[2]));
  const hash = createHash(algorithm === 'git-sha1' ? 'sha1' : algorithm);
  // A Git blob's id is of its size, too.
  if (algorithm === 'git-sha1') hash.update(`blob ${size}\0`);
  return { update: (bytes) => void hash.update(bytes), end: () => hash.digest('hex') };
}

/** The hash over the hashes of parts, all of one size but for the last. */
function hashOfParts(algorithm: string, partSize: number): ContentHash {
  const whole = createHash(algorithm);
  let part: Hash | undefined;
  let room = 0;
  const close = (): void => {
    if (part) whole.update(part.digest());
    part = undefined;
  };
  return {
    update(bytes) {
      for (let rest = bytes; rest.length > 0; ) {
        if (!part || room === 0) {
          close();
          part = createHash(algorithm);
          room = partSize;
        }
        const piece = rest.subarray(0, room);
        part.update(piece);
        room -= piece.length;
        rest = rest.subarray(piece.length);
      }
    },
    end() {
      close();
      return whole.digest('hex');
    },
  };
}
