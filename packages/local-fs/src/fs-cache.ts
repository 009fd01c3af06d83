import { accessSync, constants, realpathSync, statfsSync, statSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { type Cache, describeHolder, type Holder, IlabError, type Lease, type SnapshotId } from '@ilab/core';
import { makeDirectory, syncUpwards } from './durable.ts';
import { decodeComponent, encodeComponent } from './encode-component.ts';
import { isMissing, storeError } from './fs-errors.ts';
import { leasePrefix, repositoryDirectory, revisionOfEntry, snapshotDirectory, STORE } from './layout.ts';
import { closeLeases, isLeased, leaseHolders, type LeaseOptions, takeLease } from './lease.ts';
import type { HeldLock } from './locks/locks.ts';
import { locksIn } from './locks/locks-in.ts';
import { refuseLinks } from './no-links.ts';
import { olderFiles } from './older-files.ts';
import { partialBytes } from './partial-bytes.ts';
import { createPlacedLog } from './placed-log.ts';
import { refuseUnlessLocksWork } from './refuse-unless-locks-work.ts';
import { readSnapshot } from './read-snapshot.ts';
import { removeEmptyParents, removeTree } from './remove-tree.ts';
import { createSharingIndex } from './sharing-index.ts';
import { createSnapshotWriter } from './snapshot-writer.ts';
import type { Staging } from './staging.ts';
import { scanStore, storeItems, storeListing, type StoreDirectories } from './store-items.ts';

/** Models below one writable directory, with read-only ones beside it. Reading makes nothing on disk. */
export function createCache(directories: StoreDirectories): Cache {
  const { directory } = directories;
  const scanAll = () => scanStore(directories);
  const index = createSharingIndex(scanAll, createPlacedLog(join(directory, STORE, 'placed')));
  const leases = join(directory, STORE, 'leases');

  const leaseFor = async (id: SnapshotId, options: LeaseOptions): Promise<Lease> => {
    try {
      refuseLinks(leases, directory);
      return await takeLease(leases, leasePrefix(id), options);
    } catch (error) {
      throw options.signal?.aborted ? error : storeError(error, leases);
    }
  };

  return {
    directory,

    items: storeItems(directories),

    listing: storeListing(directories),

    async owner(path) {
      const around = [...scanAll()].filter((item) => item.kind !== 'offline' && (path === item.path || path.startsWith(item.path + sep)));
      // A nested repository lies inside the directory of another.
      const [item] = around.sort((a, b) => b.path.length - a.path.length);
      return item?.kind === 'repository' ? { item, ...partOf(path.slice(item.path.length + 1)) } : item && { item };
    },

    async snapshot(id) {
      const path = snapshotDirectory(directory, id);
      try {
        return readSnapshot(realUnlessMissing(path));
      } catch (error) {
        throw new IlabError('E_STORE', `${path} is broken: ${error instanceof Error ? error.message : ''}.`, {
          hint: 'Remove it and fetch it again.',
          cause: error,
        });
      }
    },

    older: (id) => Promise.resolve(olderFiles(directory, id)),

    async available(id, { blobs = [] }) {
      const path = snapshotDirectory(directory, id);
      try {
        const place = nearest(path);
        accessSync(place, constants.W_OK | constants.X_OK);
        const { bavail, bsize } = statfsSync(place);
        return bavail * bsize + partialBytes(ingestFor(directory, id).directory, blobs);
      } catch (error) {
        throw storeError(error, path);
      }
    },

    lease: (id, { purpose }, options) => leaseFor(id, { ...options, purpose }),

    async write(id, options) {
      const path = snapshotDirectory(directory, id);
      const lease = await leaseFor(id, { ...options, purpose: 'download' });
      try {
        refuseLinks(path, join(directory, encodeComponent(id.host)));
        for (const own of ['ingest', 'locks']) refuseLinks(join(deviceRoot(directory, id), STORE, own), deviceRoot(directory, id));
        await makeDirectory(path);
        await syncUpwards(path, directory);
        return createSnapshotWriter(realpathSync(path), { index, ingest: ingestFor(directory, id), close: lease.end });
      } catch (error) {
        await lease.end();
        throw storeError(error, path);
      }
    },

    async remove(id) {
      const path = snapshotDirectory(directory, id);
      if (!statSync(path, { throwIfNoEntry: false })) throw new IlabError('E_NOT_FOUND', `There is no snapshot at ${path}.`);
      refuseUnlessLocksWork(leases, path);
      let gate: HeldLock | undefined;
      try {
        // A host's directory may be a link to another disk, so inside is what is below that.
        const root = join(directory, encodeComponent(id.host));
        refuseLinks(dirname(path), root);
        refuseLinks(trashFor(directory, id), deviceRoot(directory, id));
        refuseLinks(leases, directory);
        gate = closeLeases(leases, leasePrefix(id));
        if (!gate || isLeased(leases, leasePrefix(id))) throw inUse(path, leaseHolders(leases, leasePrefix(id)));
        const bytes = await removeTree(path, { root, trash: trashFor(directory, id) });
        await removeEmptyParents(repositoryDirectory(directory, id), directory);
        return bytes;
      } catch (error) {
        throw storeError(error, path);
      } finally {
        gate?.release();
      }
    },

    async removeItem(path) {
      refuseUnlessLocksWork(leases, path);
      refuseLinks(join(directory, STORE, 'trash'), directory);
      const bytes = await removeTree(path, { root: directory, trash: join(directory, STORE, 'trash') });
      await removeEmptyParents(dirname(path), directory);
      return bytes;
    },
  };
}

/** What a path below a repository's directory names. */
function partOf(below: string): { version?: string; revision?: string; file?: string } {
  const [head, ...rest] = below.split(sep);
  if (head === undefined || head === '') return {};
  const revision = revisionOfEntry(head);
  const file = rest.map((part) => decodeComponent(part) ?? part).join('/');
  return { ...(revision === undefined ? { version: decodeComponent(head) ?? head } : { revision }), ...(file !== '' && { file }) };
}

/** Bytes are staged where they will stay: a host's directory may be a link to another disk. */
function deviceRoot(directory: string, id: SnapshotId): string {
  const host = join(directory, encodeComponent(id.host));
  const own = statSync(directory, { throwIfNoEntry: false });
  const its = statSync(host, { throwIfNoEntry: false });
  return own && its && own.dev !== its.dev ? realpathSync(host) : directory;
}

function ingestFor(directory: string, id: SnapshotId): Staging {
  const own = join(deviceRoot(directory, id), STORE);
  return { directory: join(own, 'ingest'), locks: locksIn(join(own, 'locks')) };
}

function inUse(path: string, holders: readonly Holder[]): IlabError {
  const by = holders.map((holder) => `${describeHolder(holder)}, for “${holder.purpose}”`).join('; ');
  return new IlabError('E_IN_USE', `${path} is in use by ${by || describeHolder(undefined)}.`, {
    hint: 'Wait until the download or the engine that uses it has ended.',
    details: { holders },
    retryable: true,
  });
}

export function trashFor(directory: string, id: SnapshotId): string {
  return join(deviceRoot(directory, id), STORE, 'trash');
}

function nearest(path: string): string {
  for (let candidate = path; ; candidate = dirname(candidate)) {
    if (statSync(candidate, { throwIfNoEntry: false }) || candidate === dirname(candidate)) return candidate;
  }
}

function realUnlessMissing(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (isMissing(error)) return path;
    throw error;
  }
}
