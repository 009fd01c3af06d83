import { createHash } from 'node:crypto';
import type { DigestAlgorithm } from '@ilab/core';
import { createContentHash } from './content-hash.ts';

/** Hex digests by algorithm; sha256 is always among them. */
export type Hashes = Readonly<Partial<Record<DigestAlgorithm, string>>> & { readonly sha256: string };

/** What a file is hashed with: its sha256, and what its registry names it by where that is something else. */
export interface FileHash {
  update(bytes: Uint8Array): void;
  /** Once, when all bytes were taken. */
  digest(): Hashes;
}

export function createFileHash({ size, algorithm }: { readonly size: number; readonly algorithm: DigestAlgorithm }): FileHash {
  const sha256 = createHash('sha256');
  const other = algorithm === 'sha256' ? undefined : createContentHash({ algorithm, size });
  return {
    update(bytes) {
      sha256.update(bytes);
      other?.update(bytes);
    },
    digest: () => ({ sha256: sha256.digest('hex'), ...(other && { [algorithm]: other.end() }) }),
  };
}
