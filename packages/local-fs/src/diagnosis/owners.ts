import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { scanRepositories } from '../scan-repositories.ts';

/** Users who own files of the store, by number. */
export function ownersOf(directory: string): ReadonlySet<number> {
  const owners = new Set<number>();
  for (const item of scanRepositories(directory, 'own')) {
    if (item.kind !== 'repository') continue;
    for (const { path: snapshot, files } of item.snapshots) {
      for (const { path, entry = path } of files) {
        const stats = statSync(join(snapshot, entry), { throwIfNoEntry: false });
        if (stats) owners.add(stats.uid);
      }
    }
  }
  return owners;
}

/** Whether Linux refuses hard links to files of others (proc_sys_fs(5)). */
export function hardLinksAreProtected(): boolean {
  try {
    return readFileSync('/proc/sys/fs/protected_hardlinks', 'utf8').trim() === '1';
  } catch {
    return false;
  }
}
