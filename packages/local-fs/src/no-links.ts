import { lstatSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { IlabError } from '@ilab/core';
import { isMissing, storeError } from './fs-errors.ts';

/**
 * Refuses a place below a directory that is reached through a link, whoever made it: what is written there would land elsewhere. The
 * directory itself may be one, as a host's on another disk; what is not there yet is no link.
 * @throws IlabError E_STORE
 */
export function refuseLinks(path: string, root: string): void {
  let place = root;
  for (const name of relative(root, path).split(sep)) {
    place = join(place, name);
    const found = kindOf(place);
    if (found === 'nothing') return;
    if (found !== 'link') continue;
    throw new IlabError('E_STORE', `${place} is a link, and nothing in the store is written or removed through one.`, {
      hint: 'Remove the link. Only the directory of a host may lead to another disk.',
    });
  }
}

function kindOf(path: string): 'link' | 'nothing' | 'other' {
  try {
    return lstatSync(path).isSymbolicLink() ? 'link' : 'other';
  } catch (error) {
    if (isMissing(error)) return 'nothing';
    throw storeError(error, path);
  }
}
