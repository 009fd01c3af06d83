import { constants } from 'node:fs';
import { chmod, lstat, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { SnapshotWriter, VerifiedFile } from '@ilab/core';
import { adoptDonation } from './adopt-donation.ts';
import { makeDirectory, renameDurably, syncDirectory } from './durable.ts';
import { isMissing, storeError } from './fs-errors.ts';
import { refuseLinks } from './no-links.ts';
import { SUMS } from './layout.ts';
import { shareFile } from './shared-modes.ts';
import { shareBytes } from './share-bytes.ts';
import type { SharingIndex } from './sharing-index.ts';
import { createPlaces } from './snapshot-places.ts';
import { type Staging, stageBlob } from './staging.ts';

const { O_APPEND, O_CREAT, O_NOFOLLOW, O_WRONLY } = constants;

export interface WriterDeps {
  readonly index: SharingIndex;
  /** For bytes on their way in, on the snapshot's device. */
  readonly ingest: Staging;
  /** Ends the lease. */
  readonly close: () => Promise<void>;
}

/** Grows the snapshot in a directory. A file stands under its final name only once it is verified and synced. */
export function createSnapshotWriter(path: string, { index, ingest, close }: WriterDeps): SnapshotWriter {
  const placeOf = createPlaces(path);
  const synced = new Set<string>();
  const has: SnapshotWriter['has'] = async (file) => {
    try {
      const target = placeOf(file.path);
      const stats = await lstat(target);
      if (!stats.isFile() || stats.size !== file.size) return false;
      // Whoever placed it may have been killed before syncing the directory.
      if (!synced.has(dirname(target))) await syncDirectory(dirname(target));
      synced.add(dirname(target));
      return true;
    } catch (error) {
      if (isMissing(error)) return false;
      throw storeError(error, path);
    }
  };
  const finish = async (file: VerifiedFile, target: string): Promise<void> => {
    await recordSum(path, file);
    index.add(file.sha256, target);
  };
  return {
    path,
    placeOf,
    has,

    async reuse(file, options) {
      const found = index.find(file.sha256, file.size);
      const target = placeOf(file.path);
      if (found === undefined) return false;
      if (found === target) return true;
      try {
        refuseLinks(dirname(target), path);
        await makeDirectory(ingest.directory);
        await makeDirectory(dirname(target));
        if (!(await shareBytes(found, { ...options, to: target, staging: ingest.directory, sha256: file.sha256 }))) return false;
        await finish(file, target);
        return true;
      } catch (error) {
        if (isMissing(error)) return false; // It went away meanwhile.
        throw options.signal?.aborted ? error : storeError(error, target);
      }
    },

    async adopt(file, donation, { signal, task }) {
      const target = placeOf(file.path);
      try {
        refuseLinks(dirname(target), path);
        await makeDirectory(ingest.directory);
        await makeDirectory(dirname(target));
        const outcome = await adoptDonation(file, donation, { to: target, staging: ingest.directory, signal, task });
        if (outcome === 'adopted') await finish(file, target);
        return outcome;
      } catch (error) {
        throw signal?.aborted ? error : storeError(error, target);
      }
    },

    stage: (blob, options) => stageBlob(ingest, blob.digest, options),

    async place(file, from) {
      const target = placeOf(file.path);
      try {
        refuseLinks(dirname(target), path);
        await makeDirectory(dirname(target));
        await chmod(from, 0o444);
        await renameDurably(from, target);
        await finish(file, target);
      } catch (error) {
        throw storeError(error, target);
      }
    },

    close,
  };
}

/** Beside the files, one line each, so that `verify` needs no network; a torn line is written again by the next arrival. */
async function recordSum(path: string, file: VerifiedFile): Promise<void> {
  const handle = await open(join(path, SUMS), O_WRONLY | O_APPEND | O_CREAT | (O_NOFOLLOW ?? 0), 0o644);
  try {
    await shareFile(handle, path);
    await handle.appendFile(`${file.sha256}  ${file.path}\n`);
    await handle.datasync();
  } finally {
    await handle.close();
  }
}
