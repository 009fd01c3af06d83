/** What a thread is asked to do. */
export type XetTask =
  /** The first `size` bytes begin a run of chunks, go on with it or end it, and are to be cut. */
  | { readonly kind: 'cut'; readonly bytes: Uint8Array<ArrayBuffer>; readonly size: number; readonly isFirst: boolean; readonly isLast: boolean }
  /** Packed chunks, each behind its header. */
  | { readonly kind: 'unpack'; readonly packed: Uint8Array<ArrayBuffer>; readonly count: number; readonly size: number };

/** Chunks, their hashes one after the other. `bytes`: those that were unpacked, or those that came to be cut. */
export interface XetChunks {
  readonly lengths: readonly number[];
  readonly hashes: Uint8Array<ArrayBuffer>;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** What a thread answers. */
export type XetAnswer = XetChunks | { readonly malformed: string };
