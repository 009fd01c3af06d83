/** A run of chunks of one xorb; the end is exclusive. */
export interface Run {
  readonly start: number;
  readonly end: number;
}

/** Finds a run that has another whole, also among very many, which may overlap. */
export type FindRun<T extends Run> = (wanted: Run) => T | undefined;

export function createRunFinder<T extends Run>(runs: readonly T[]): FindRun<T> {
  const sorted = [...runs].sort((a, b) => a.start - b.start);
  // Of all that start no later, the one that goes furthest.
  const furthest: T[] = [];
  for (const run of sorted) {
    const before = furthest.at(-1);
    furthest.push(before && before.end >= run.end ? before : run);
  }
  return ({ start, end }) => {
    let [low, high] = [0, sorted.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((sorted[middle] as T).start <= start) low = middle + 1;
      else high = middle;
    }
    const found = furthest[low - 1];
    return found && found.end >= end ? found : undefined;
  };
}

/** Without overlaps or neighbours. */
export function joinRuns(runs: readonly Run[]): readonly Run[] {
  const joined: Run[] = [];
  for (const { start, end } of [...runs].sort((a, b) => a.start - b.start)) {
    const last = joined.at(-1);
    if (last && start <= last.end) joined[joined.length - 1] = { start: last.start, end: Math.max(last.end, end) };
    else joined.push({ start, end });
  }
  return joined;
}
