import type { Cache, StoreItem } from '@ilab/core';
import { storeError } from './fs-errors.ts';
import { realPath } from './real-path.ts';
import { openListingIndex, type ListingIndex } from './listing-index.ts';
import { scanRepositories } from './scan-repositories.ts';
import { scanTier } from './scan-tier.ts';
import { scanCheckpoints, scanLegacy } from './scan-unmanaged.ts';

/** Where models are looked for. */
export interface StoreDirectories {
  /** The own models directory. */
  readonly directory: string;
  readonly checkpointsDirectory: string;
  /** Read-only stores, searched after the own. One that is missing is offline, not an error. */
  readonly extraDirectories: readonly string[];
}

/** Everything in the store and its tiers, in the order of precedence. */
export function* scanStore({ directory, checkpointsDirectory, extraDirectories }: StoreDirectories, index?: ListingIndex): Generator<StoreItem> {
  yield* scanRepositories(directory, 'own', index);
  for (const extra of extraDirectories) yield* scanTier(extra);
  yield* scanLegacy(directory);
  yield* scanCheckpoints(checkpointsDirectory);
}

/**
 * The half of the cache port that only looks, for a list: it loads nothing that writes models, and has an index of what the last
 * list found. Its snapshots come without their manifests.
 */
export function createListing(directories: StoreDirectories): Pick<Cache, 'items'> {
  const directory = realPath(directories.directory);
  return storeItems({ ...directories, directory }, () => openListingIndex(directory));
}

/** Everything in the store, read from its files. */
export function storeItems(directories: StoreDirectories, openIndex?: () => ListingIndex): Pick<Cache, 'items'> {
  return {
    async *items({ signal }) {
      const index = openIndex?.();
      try {
        for (const item of scanStore(directories, index)) {
          signal?.throwIfAborted();
          yield item;
        }
        index?.save();
      } catch (error) {
        throw signal?.aborted ? error : storeError(error, directories.directory);
      }
    },
  };
}
