import { join, relative } from 'node:path';
import { scanRepositories } from '../scan-repositories.ts';

/** The sha256 that the store has on record, by path below it. */
export function knownHashes(root: string): ReadonlyMap<string, string> {
  const hashes = new Map<string, string>();
  for (const item of scanRepositories(root, 'own')) {
    if (item.kind !== 'repository') continue;
    for (const { path: snapshot, files } of item.snapshots) {
      for (const { path, entry = path, sha256 } of files) if (sha256 !== undefined) hashes.set(relative(root, join(snapshot, entry)), sha256);
    }
  }
  return hashes;
}
