import type { SnapshotId } from '../model/snapshot.ts';
import type { CallOptions } from './call-options.ts';

/** Something in the own store that is no model and that nobody holds. */
export interface Leftover {
  /** `partial`: bytes of a download that nobody goes on with; `trash`: the rest of an interrupted removal. */
  readonly kind: 'partial' | 'trash';
  /** Absolute. */
  readonly path: string;
  /** ISO 8601: when something last changed in it. */
  readonly modified: string;
}

/** What only a look at the own store's disk can tell of things that may go, and takes them away. */
export interface Housekeeper {
  /** What is left over. What a living process holds, or can't be told not to be held, MUST NOT be among it. */
  leftovers(options: CallOptions): AsyncIterable<Leftover>;

  /** Whether a living process holds a lease on the snapshot. */
  isInUse(id: SnapshotId, options: CallOptions): Promise<boolean>;

  /** Bytes that come back when all of these are removed: those that none of them shares with anything else. */
  bytesOf(paths: readonly string[], options: CallOptions): Promise<number>;

  /**
   * Removes a leftover by one rename out of sight, unless somebody has taken it up meanwhile.
   * @returns bytes that came back
   * @throws IlabError E_STORE
   */
  removeLeftover(leftover: Leftover, options: CallOptions): Promise<number>;
}
