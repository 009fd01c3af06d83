import { HASH, hashFile, type Leaf, writeHash } from './codec/hashes.ts';
import type { PlacedTerm } from './plan.ts';

/** The chunks of a file as they were delivered, by the terms that they belong to. */
export interface Leaves {
  /** Chunks from number `from` of the term on. */
  put(term: PlacedTerm, from: number, chunks: { readonly lengths: readonly number[]; readonly hashes: Uint8Array }): void;
  /** The file’s hash over all of them (hashing.md, “File Hashes”), as hashes are written. */
  root(): string;
}

/** Kept flat: a large file has hundreds of thousands. */
interface TermLeaves {
  readonly lengths: Uint32Array;
  readonly hashes: Uint8Array;
}

export function createLeaves(): Leaves {
  const terms = new Map<number, TermLeaves>();
  return {
    put({ at, start, end }, from, { lengths, hashes }) {
      const kept = terms.get(at) ?? { lengths: new Uint32Array(end - start), hashes: new Uint8Array((end - start) * HASH) };
      terms.set(at, kept);
      kept.lengths.set(lengths, from);
      kept.hashes.set(hashes, from * HASH);
    },
    root() {
      const inOrder = [...terms].sort(([a], [b]) => a - b).map(([, kept]) => kept);
      return writeHash(hashFile(leavesOf(inOrder)));
    },
  };
}

function* leavesOf(terms: readonly TermLeaves[]): Generator<Leaf> {
  for (const { lengths, hashes } of terms) {
    for (const [index, length] of lengths.entries()) yield { length, hash: hashes.subarray(index * HASH, (index + 1) * HASH) };
  }
}
