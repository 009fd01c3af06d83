import { randomBytes } from 'node:crypto';
import { lstatSync, readdirSync, realpathSync, type Stats } from 'node:fs';
import { rename, rm, rmdir } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { IlabError } from '@ilab/core';
import { makeDirectory, syncDirectory } from './durable.ts';
import { storeError } from './fs-errors.ts';
import { uniqueBytes } from './unique-bytes.ts';

/**
 * Takes something out of a directory: out of sight by one rename, then away for good. It never follows a link, and refuses what is
 * not strictly inside.
 * @returns bytes that came back; shared bytes don't
 * @throws IlabError E_STORE
 */
export async function removeTree(path: string, { root, trash }: { readonly root: string; readonly trash: string }): Promise<number> {
  const gone = join(trash, randomBytes(8).toString('hex'));
  try {
    checkInside(path, root);
    const bytes = uniqueBytes(regularFiles(path));
    await makeDirectory(trash);
    await rename(path, gone);
    await syncDirectory(dirname(path));
    await rm(gone, { recursive: true, force: true });
    return bytes;
  } catch (error) {
    throw storeError(error, path);
  }
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

export function* regularFiles(path: string): Generator<Stats> {
  const stats = lstatSync(path);
  if (stats.isFile()) yield stats;
  if (stats.isDirectory()) for (const name of readdirSync(path)) yield* regularFiles(join(path, name));
}
