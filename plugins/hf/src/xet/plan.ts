import { malformed } from '../shape.ts';
import type { Reconstruction, SignedRange, Term } from './reconstruction.ts';
import { createRunFinder, joinRuns } from './runs.ts';

/** A term and where its bytes are in the file. */
export interface PlacedTerm extends Term {
  readonly at: number;
}

/** A range to fetch, and the terms that are in it. */
export interface FetchedRange {
  readonly range: SignedRange;
  readonly terms: readonly PlacedTerm[];
}

/** Which part of a file comes out of an older one, and what is to be fetched for the rest. */
export interface Plan {
  readonly local: readonly PlacedTerm[];
  readonly remote: readonly FetchedRange[];
  /** Bytes of the remote ranges. */
  readonly bytes: number;
}

export function placeTerms(terms: readonly Term[]): readonly PlacedTerm[] {
  let at = 0;
  return terms.map((term) => {
    const placed = { ...term, at };
    at += term.length;
    return placed;
  });
}

/** A term is taken from the older file if all of its chunks are in there: an address is good for whole ranges only, so half a term saves nothing. */
export function planDelivery(wanted: Reconstruction, older: readonly Term[]): Plan {
  const here = mapValues(Map.groupBy(older, byXorb), (terms) => createRunFinder(joinRuns(terms)));
  const addresses = mapValues(Map.groupBy(wanted.ranges, byXorb), createRunFinder<SignedRange>);
  const local: PlacedTerm[] = [];
  const remote = new Map<SignedRange, PlacedTerm[]>();
  for (const term of placeTerms(wanted.terms)) {
    if (here.get(term.xorb)?.(term)) {
      local.push(term);
      continue;
    }
    const range = addresses.get(term.xorb)?.(term);
    if (!range) throw malformed('a term has no address');
    const terms = remote.get(range);
    if (terms) terms.push(term);
    else remote.set(range, [term]);
  }
  const ranges = [...remote].map(([range, terms]) => ({ range, terms }));
  return { local, remote: ranges, bytes: ranges.reduce((sum, { range }) => sum + range.to - range.from, 0) };
}

function byXorb({ xorb }: { readonly xorb: string }): string {
  return xorb;
}

function mapValues<K, V, W>(map: ReadonlyMap<K, V>, change: (value: V) => W): ReadonlyMap<K, W> {
  return new Map([...map].map(([key, value]) => [key, change(value)]));
}
