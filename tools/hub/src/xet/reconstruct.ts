import type { StoredFile, StoredTerm } from './xet-store.ts';
import type { Xorb } from './xorb.ts';

/** Chunks and bytes of a xorb that one address is good for. */
export interface XorbRange {
  readonly xorb: Xorb;
  /** Indices of chunks, the second exclusive. */
  readonly start: number;
  readonly end: number;
  /** Bytes, both included, as ranges are asked for. */
  readonly from: number;
  readonly to: number;
}

export interface Reconstructed {
  /** Bytes of the first term that come before what was asked for. */
  readonly offset: number;
  readonly terms: readonly StoredTerm[];
  readonly ranges: readonly XorbRange[];
}

/** What bytes of a file are made of, in whole chunks (download-protocol.md). */
export function reconstruct({ terms }: StoredFile, [first, last]: readonly [number, number]): Reconstructed {
  const cut: StoredTerm[] = [];
  let offset = 0;
  let at = 0;
  for (const { xorb, start, end } of terms) {
    let from = end;
    let to = start;
    for (let index = start; index < end; index++) {
      const length = xorb.lengthOf(index, index + 1);
      if (at + length > first && at <= last) {
        if (cut.length === 0 && from === end) offset = Math.max(0, first - at);
        from = Math.min(from, index);
        to = index + 1;
      }
      at += length;
    }
    if (from < to) cut.push({ xorb, start: from, end: to });
  }
  return { offset, terms: cut, ranges: rangesOf(cut) };
}

/** Neighbours are one range. */
function rangesOf(terms: readonly StoredTerm[]): readonly XorbRange[] {
  const runs: StoredTerm[] = [];
  for (const { xorb, start, end } of [...terms].sort((a, b) => a.start - b.start)) {
    const last = runs.findLast((run) => run.xorb === xorb);
    if (last && start <= last.end) last.end = Math.max(last.end, end);
    else runs.push({ xorb, start, end });
  }
  return runs.map(({ xorb, start, end }) => ({ xorb, start, end, from: xorb.offsetOf(start), to: xorb.offsetOf(end) - 1 }));
}
