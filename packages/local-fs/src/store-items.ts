import type { Cache, CallOptions, StoreItem } from '@ilab/core';
import { storeError } from './fs-errors.ts';
import { refuseObstacle } from './obstacle.ts';
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

/** The part of the cache port that only looks for names and files: it loads nothing that writes models. */
export function createListing(directories: StoreDirectories): Pick<Cache, 'directory' | 'listing'> {
  const directory = realPath(directories.directory);
  return { directory, listing: storeListing({ ...directories, directory }) };
}

/** What is in the store, by the index of what was found there before. */
export function storeListing(directories: StoreDirectories): Cache['listing'] {
  return async function* listing(options) {
    const index = openListingIndex(directories.directory);
    yield* itemsIn(directories, options, index);
    index.save();
  };
}

/** Everything in the store, read from its files. */
export function storeItems(directories: StoreDirectories): Cache['items'] {
  return (options) => itemsIn(directories, options);
}

async function* itemsIn(directories: StoreDirectories, { signal }: CallOptions, index?: ListingIndex): AsyncGenerator<StoreItem> {
  try {
    refuseObstacle(directories.directory);
    for (const item of scanStore(directories, index)) {
      signal?.throwIfAborted();
      yield item;
    }
  } catch (error) {
    throw signal?.aborted ? error : storeError(error, directories.directory);
  }
}
