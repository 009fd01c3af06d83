/** How many letters have to be changed, added, taken or swapped with their neighbour to make one word of the other. */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_value, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      row.push(Math.min(change, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
      if (a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j] ?? 0, (before[j - 2] ?? 0) + 1);
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}

/** The candidate that takes the fewest changes; the first of several. Words of absurd length are not compared. */
export function closest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 64) return undefined;
  return candidates.map((candidate) => ({ candidate, far: distance(word, candidate) })).sort((a, b) => a.far - b.far)[0]?.candidate;
}

/** Shorter words are part of too many others, and one letter away from them. */
const SHORTEST = 3;
/** Longer ones are no names, and take long to compare. */
const LONGEST = 128;

/** How many letters lie between two words that are alike: a few of them, or one word is in the other. Undefined where they are not. */
export function farness(typed: string, word: string): number | undefined {
  if (typed === word) return 0;
  if (typed.length < SHORTEST || Math.max(typed.length, word.length) > LONGEST) return undefined;
  const far = distance(typed, word);
  if (far <= Math.max(1, Math.floor(typed.length / 4))) return far;
  const [short, long] = typed.length < word.length ? [typed, word] : [word, typed];
  return short.length >= SHORTEST && long.includes(short) ? far : undefined;
}

/** The name that is most like a word, where one is; the first of several. */
export function mostAlike(word: string, names: readonly string[]): string | undefined {
  const near = names.flatMap((name) => {
    const far = farness(word.toLowerCase(), name.toLowerCase());
    return far === undefined ? [] : [{ name, far }];
  });
  return near.sort((a, b) => a.far - b.far)[0]?.name;
}
