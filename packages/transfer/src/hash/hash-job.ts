import type { DigestAlgorithm } from '@ilab/core';

/** Hex digests by algorithm; sha256 is always among them. */
export type Hashes = Readonly<Partial<Record<DigestAlgorithm, string>>> & { readonly sha256: string };

/** One file for a hashing thread to follow. */
export interface HashJob {
  readonly id: number;
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  readonly algorithm: DigestAlgorithm;
  /** One shared number: bytes from the start that are written, or {@link ABORTED}. */
  readonly frontier: BigInt64Array;
}

export const ABORTED = -1n;

/** What a thread says of a job when it is done with it: no hashes and no error where it was aborted. */
export interface HashAnswer {
  readonly id: number;
  readonly hashes?: Hashes;
  /** As plain data, since a cloned error loses its code. */
  readonly error?: { readonly message: string; readonly code?: string };
}

/** What a thread is started with: one shared number that is rung whenever there is something new for it. */
export interface HashThreadData {
  readonly bell: Int32Array;
}
