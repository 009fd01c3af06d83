import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import type { StoreItem } from '@ilab/core';
import type { PlacedLog } from './placed-log.ts';

/** Where on this machine bytes of a given sha256 stand. Derived from the snapshots, never the truth: every hit is looked at again. */
export interface SharingIndex {
  /** @returns an existing file of that hash and size */
  find(sha256: string, size: number): string | undefined;
  add(sha256: string, path: string): void;
}

/** Reads the snapshots on first use only; what comes later, by this process or another, is in the log. */
export function createSharingIndex(items: () => Iterable<StoreItem>, log: PlacedLog): SharingIndex {
  let paths: Map<string, string[]> | undefined;
  const load = (): Map<string, string[]> => {
    const loaded = new Map<string, string[]>();
    log.news();
    for (const item of items()) {
      if (item.kind !== 'repository') continue;
      for (const snapshot of item.snapshots) {
        for (const { path, entry = path, sha256 } of snapshot.files) if (sha256 !== undefined) put(loaded, sha256, join(snapshot.path, entry));
      }
    }
    return loaded;
  };
  return {
    find(sha256, size) {
      paths ??= load();
      for (const placed of log.news()) put(paths, placed.sha256, placed.path);
      return paths.get(sha256)?.find((path) => {
        const stats = lstatSync(path, { throwIfNoEntry: false });
        return stats?.isFile() && stats.size === size;
      });
    },
    add(sha256, path) {
      log.append({ sha256, path });
    },
  };
}

function put(paths: Map<string, string[]>, sha256: string, path: string): void {
  paths.set(sha256, [...(paths.get(sha256) ?? []), path]);
}
