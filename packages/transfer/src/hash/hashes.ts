import { createHash, type Hash } from 'node:crypto';
import type { DigestAlgorithm } from '@ilab/core';

/** Hex digests by algorithm; sha256 is always among them. */
export type Hashes = Readonly<Partial<Record<DigestAlgorithm, string>>> & { readonly sha256: string };

/** What a file is hashed with: its sha256, and what its registry names it by where that is something else. */
export interface FileHash {
  update(bytes: Uint8Array): void;
  /** Once, when all bytes were taken. */
  digest(): Hashes;
}

export function createFileHash({ size, algorithm }: { readonly size: number; readonly algorithm: DigestAlgorithm }): FileHash {
  const hashes = new Map<DigestAlgorithm, Hash>([['sha256', createHash('sha256')]]);
  if (algorithm === 'git-sha1') hashes.set(algorithm, createHash('sha1').update(`blob ${size}\0`));
  if (algorithm === 'sha512') hashes.set(algorithm, createHash('sha512'));
  return {
    update(bytes) {
      for (const hash of hashes.values()) hash.update(bytes);
    },
    digest: () => Object.fromEntries([...hashes].map(([name, hash]) => [name, hash.digest('hex')])) as unknown as Hashes,
  };
}
