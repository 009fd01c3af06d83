import type { Cache, ModelSettings } from '@ilab/core';
import { createListing } from '@ilab/local-fs';

/** The store for whoever only looks, wired by hand: the container takes longer to load than a hundred snapshots take to list. */
export function createInventory({ dir, checkpointsDir, extraDirs }: ModelSettings): Pick<Cache, 'items'> {
  return createListing({ directory: dir, checkpointsDirectory: checkpointsDir, extraDirectories: extraDirs });
}
