import type { CallOptions, DeliverySite, OlderFile } from '@ilab/plugin-api';
import { HASH } from './codec/hashes.ts';
import type { LocalRun } from './cut-older.ts';
import type { Leaves } from './leaves.ts';
import type { PlacedTerm } from './plan.ts';
import { createRunFinder } from './runs.ts';

/** Bytes of an older file, and where they go. */
export interface Copy {
  readonly from: number;
  readonly length: number;
  readonly to: number;
}

/**
 * Works out what to copy for terms that are in an older file, and notes their chunks.
 * @returns undefined where chunks do not come to what a term has
 */
export function planCopies(terms: readonly PlacedTerm[], runs: readonly LocalRun[], leaves: Leaves): readonly Copy[] | undefined {
  const finders = new Map([...Map.groupBy(runs, ({ xorb }) => xorb)].map(([xorb, of]) => [xorb, createRunFinder(of.map(withStarts))]));
  const copies: Copy[] = [];
  for (const term of terms) {
    let to = term.at;
    for (let chunk = term.start; chunk < term.end; ) {
      const run = finders.get(term.xorb)?.({ start: chunk, end: chunk + 1 });
      if (!run) return undefined;
      const [first, last] = [chunk - run.start, Math.min(term.end, run.end) - run.start];
      const [from, length] = [run.starts[first] ?? 0, (run.starts[last] ?? 0) - (run.starts[first] ?? 0)];
      leaves.put(term, chunk - term.start, { lengths: run.lengths.slice(first, last), hashes: run.hashes.subarray(first * HASH, last * HASH) });
      copies.push({ from, length, to });
      to += length;
      chunk = run.start + last;
    }
    if (to !== term.at + term.length) return undefined;
  }
  return joinCopies(copies);
}

/** With where each chunk begins in the file, and where the last one ends. */
function withStarts(run: LocalRun): LocalRun & { readonly starts: readonly number[] } {
  const starts = [run.at];
  for (const length of run.lengths) starts.push((starts.at(-1) ?? 0) + length);
  return { ...run, starts };
}

function joinCopies(copies: readonly Copy[]): readonly Copy[] {
  const joined: Copy[] = [];
  for (const copy of copies) {
    const last = joined.at(-1);
    if (last && last.from + last.length === copy.from && last.to + last.length === copy.to)
      joined[joined.length - 1] = { ...last, length: last.length + copy.length };
    else joined.push(copy);
  }
  return joined;
}

/** Bytes that are copied before the signal is looked at. */
const PIECE = 8 * 1024 * 1024;

export async function copyAll(
  copies: readonly Copy[],
  { older, site }: { readonly older: OlderFile; readonly site: DeliverySite },
  { signal }: CallOptions,
): Promise<void> {
  for (const { from, length, to } of copies) {
    for (let done = 0; done < length; done += PIECE) {
      signal?.throwIfAborted();
      await site.copy(older, { from: from + done, length: Math.min(PIECE, length - done), to: to + done });
    }
  }
}
