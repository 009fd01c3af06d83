import type { Stats } from 'node:fs';

/** Bytes that go when all of these files go: a file that has another name elsewhere stays. */
export function uniqueBytes(files: Iterable<Stats>): number {
  const names = new Map<string, { readonly stats: Stats; count: number }>();
  let alone = 0;
  for (const stats of files) {
    if (stats.nlink === 1) {
      alone += stats.size;
      continue;
    }
    const key = inodeOf(stats);
    const known = names.get(key);
    if (known) known.count++;
    else names.set(key, { stats, count: 1 });
  }
  return [...names.values()].reduce((sum, { stats, count }) => (stats.nlink === count ? sum + stats.size : sum), alone);
}

/** Which file a name leads to, among all file systems of this machine. */
export function inodeOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}
