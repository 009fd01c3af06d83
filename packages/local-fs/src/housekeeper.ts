import { lstatSync, realpathSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Housekeeper } from '@ilab/core';
import { isMissing, storeError } from './fs-errors.ts';
import { leasePrefix, STORE } from './layout.ts';
import { isLeased } from './lease.ts';
import { abandonedEntries, namesIn } from './partials.ts';
import { regularFiles, removeTree } from './remove-tree.ts';
import { uniqueBytes } from './unique-bytes.ts';

/** Looks after one models directory, and after the disks that its hosts' directories are links to. */
export function createHousekeeper(directory: string): Housekeeper {
  const leases = join(directory, STORE, 'leases');
  return {
    async *leftovers({ signal }) {
      try {
        for (const store of stores(directory)) {
          signal?.throwIfAborted();
          for (const { path, modified } of abandonedEntries(join(store, 'ingest'))) yield { kind: 'partial', path, modified: modified.toISOString() };
          const trash = join(store, 'trash');
          for (const name of namesIn(trash)) yield { kind: 'trash', path: join(trash, name), modified: modifiedAt(join(trash, name)) };
        }
      } catch (error) {
        throw signal?.aborted ? error : storeError(error, directory);
      }
    },

    isInUse: async (id) => isLeased(leases, leasePrefix(id)),

    async bytesOf(paths) {
      return uniqueBytes(paths.flatMap((path) => [...filesUnlessGone(path)]));
    },

    async removeLeftover({ path }) {
      try {
        lstatSync(path);
        return await removeTree(path, { root: dirname(path), trash: join(dirname(dirname(path)), 'trash') });
      } catch (error) {
        if (isMissing(error) || (error instanceof Error && isMissing(error.cause))) return 0; // Taken up, or removed by another.
        throw storeError(error, path);
      }
    },
  };
}

/** The store's own directory on every disk. */
function stores(directory: string): readonly string[] {
  const own = statSync(directory, { throwIfNoEntry: false });
  if (!own) return [];
  const elsewhere = namesIn(directory).filter((name) => {
    const stats = statSync(join(directory, name), { throwIfNoEntry: false });
    return stats?.isDirectory() && stats.dev !== own.dev;
  });
  return [directory, ...elsewhere.map((name) => realpathSync(join(directory, name)))].map((root) => join(root, STORE));
}

function modifiedAt(path: string): string {
  return (lstatSync(path, { throwIfNoEntry: false })?.mtime ?? new Date()).toISOString();
}

function filesUnlessGone(path: string): ReturnType<typeof regularFiles> | [] {
  return lstatSync(path, { throwIfNoEntry: false }) ? regularFiles(path) : [];
}
