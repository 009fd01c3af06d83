import type { Stats } from 'node:fs';

/** Bytes that go when all of these files go: a file that has another name elsewhere stays. */
export function uniqueBytes(files: Iterable<Stats>): number {
  const names = new Map<string, { readonly stats: Stats; count: number }>();
  for (const stats of files) {
    const key = `${stats.dev} ${stats.ino}`;
    const known = names.get(key);
    if (known) known.count++;
    else names.set(key, { stats, count: 1 });
  }
  return [...names.values()].reduce((sum, { stats, count }) => (stats.nlink === count ? sum + stats.size : sum), 0);
}
