import { dirname, join, relative, sep } from 'node:path';
import { IlabError } from '@ilab/core';
import { makeDirectory } from '../durable.ts';
import { filePath } from '../layout.ts';
import { standingAt } from '../standing.ts';

/** Bytes on their way in lie here, inside the destination and so on its device. */
export const STAGING = '.ilab-download';

/**
 * Where a file of a revision goes below a destination.
 * @throws IlabError E_STORE when it would leave it, or take the place of what is being downloaded
 */
export function placeInside(root: string, path: string): string {
  const target = filePath(root, path);
  if (relative(root, target).split(sep)[0]?.toLowerCase() === STAGING) {
    throw new IlabError('E_STORE', `The model has a file “${path}”, and ${STAGING} is where ilab puts bytes on their way in.`, {
      hint: 'Leave it out with --exclude, or download into the store.',
    });
  }
  return target;
}

/**
 * Makes the folder of a file. Links inside the destination are not followed, so that nothing outside is ever written.
 * @throws IlabError E_STORE when a link or a file is in the way
 */
export async function makeFolder(root: string, folder: string): Promise<void> {
  checkFolder(root, folder);
  await makeDirectory(folder);
}

/** @throws IlabError E_STORE when a link or a file stands where a folder has to be */
export function checkFolder(root: string, folder: string): void {
  if (folder !== root) checkFolder(root, dirname(folder));
  const standing = standingAt(folder);
  if (!standing || standing.isDirectory()) return;
  throw new IlabError('E_STORE', `${folder} is ${standing.isSymbolicLink() ? 'a link, and links are not followed' : 'a file, and a folder has to be there'}.`, {
    hint: 'Move it away, or choose another directory.',
  });
}

export function stagingOf(root: string): string {
  return join(root, STAGING);
}
