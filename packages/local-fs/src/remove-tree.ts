import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, realpathSync } from 'node:fs';
import { rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { IlabError } from '@ilab/core';
import { makeDirectory, syncDirectory } from './durable.ts';
import { storeError } from './fs-errors.ts';

/**
 * Takes something out of a directory: out of sight by one rename, then away for good. It never follows a link, and refuses what is
 * not strictly inside.
 * @returns bytes that came back; shared bytes don't
 * @throws IlabError E_STORE
 */
export async function removeTree(path: string, { root, trash }: { readonly root: string; readonly trash: string }): Promise<number> {
  checkInside(path, root);
  const bytes = freedBy(path);
  const gone = join(trash, randomBytes(8).toString('hex'));
  try {
    await makeDirectory(trash);
    await rename(path, gone);
    await syncDirectory(dirname(path));
    await rm(gone, { recursive: true, force: true });
  } catch (error) {
    throw storeError(error, path);
  }
  return bytes;
}

/** Removes directories that became empty, from here up to the root and without it. */
export async function removeEmptyParents(path: string, root: string): Promise<void> {
  for (let directory = path; directory.startsWith(root + sep); directory = dirname(directory)) {
    try {
      await rmdir(directory);
    } catch {
      return;
    }
  }
}

function checkInside(path: string, root: string): void {
  const below = relative(realpathSync(root), join(realpathSync(dirname(path)), '.'));
  const outside = below.startsWith('..') || path === root || !path.startsWith(root + sep);
  if (outside) throw new IlabError('E_STORE', `${path} is not inside ${root}, and nothing outside is ever removed.`);
}

/** Bytes of regular files that have no other name. */
function freedBy(path: string): number {
  const stats = lstatSync(path);
  if (stats.isDirectory()) return readdirSync(path).reduce((sum, name) => sum + freedBy(join(path, name)), 0);
  return stats.isFile() && stats.nlink === 1 ? stats.size : 0;
}
