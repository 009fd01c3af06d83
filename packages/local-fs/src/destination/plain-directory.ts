import { accessSync, constants, statfsSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { type DownloadTarget, type ExpectedFile, IlabError } from '@ilab/core';
import { makeDirectory } from '../durable.ts';
import { storeError } from '../fs-errors.ts';
import { partialBytes } from '../partial-bytes.ts';
import type { SharingIndex } from '../sharing-index.ts';
import { nearestExisting, standingAt } from '../standing.ts';
import { checkFolder, placeInside, stagingOf } from './inside.ts';
import { createPlainWriter } from './plain-writer.ts';
import { hasBytes } from './same-bytes.ts';

export interface PlainDirectoryOptions {
  /** Absolute and real as far as it exists. */
  readonly directory: string;
  /** The own store, which is no place for plain files. */
  readonly store: string;
  /** Equal bytes on this machine. */
  readonly index: SharingIndex;
}

/**
 * A directory of the user's as the target of a download: plain files under their own names, as safe as in the store. Files that are
 * there already stay if they are the right ones, and are never replaced by others unasked.
 * @throws IlabError E_USAGE when it is inside the store
 */
export function plainDirectory({ directory, store, index }: PlainDirectoryOptions): DownloadTarget {
  if (!relative(store, directory).startsWith('..')) {
    throw new IlabError('E_USAGE', `${directory} is inside the store, where files have no place of their own.`, {
      hint: 'Choose a directory elsewhere, or leave out --destination.',
    });
  }
  return {
    directory,

    async snapshot({ files, archives }) {
      const here = files.filter(({ path, blob }) => {
        const standing = standingAt(placeInside(directory, path));
        return standing?.isFile() && standing.size === blob.size;
      });
      return { files: here, missing: archives.map(({ blob }) => blob.digest), metadata: archives.length > 0 ? { archives } : {} };
    },

    async available(_snapshot, { blobs = [] }) {
      try {
        const place = nearestExisting(directory);
        accessSync(place, constants.W_OK | constants.X_OK);
        const { bavail, bsize } = statfsSync(place);
        return bavail * bsize + partialBytes(stagingOf(directory), blobs);
      } catch (error) {
        throw storeError(error, directory);
      }
    },

    async write(_snapshot, { files, force, signal }) {
      const kept = new Set<string>();
      for (const file of files) if (await isRight(directory, { file, force, signal })) kept.add(file.path);
      try {
        await makeDirectory(directory);
      } catch (error) {
        throw storeError(error, directory);
      }
      return createPlainWriter(directory, { files, kept, force, index });
    },

    remove: () => Promise.resolve(0),
  };
}

type Look = { readonly file: ExpectedFile; readonly force: boolean; readonly signal: AbortSignal | undefined };

/** Whether the file is there already. @throws IlabError E_STORE when something else is */
async function isRight(directory: string, { file, force, signal }: Look): Promise<boolean> {
  const target = placeInside(directory, file.path);
  try {
    checkFolder(directory, dirname(target));
    const standing = standingAt(target);
    if (!standing) return false;
    if (await hasBytes(target, file, { signal })) return true;
    if (!force || standing.isDirectory()) throw inTheWay(target, standing.isDirectory());
    return false;
  } catch (error) {
    throw signal?.aborted ? error : storeError(error, target);
  }
}

export function inTheWay(target: string, isDirectory = false): IlabError {
  return new IlabError('E_STORE', `${target} is there already and is not the model’s file.`, {
    hint: isDirectory ? 'Move the folder away, or choose another directory.' : 'Choose another directory, or say --force to replace it.',
  });
}
