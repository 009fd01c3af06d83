import { dirname } from 'node:path';
import { accessSync, constants } from 'node:fs';
import { constants as osConstants } from 'node:os';
import { IlabError, isIlabError } from '@ilab/core';

/** The system's code of a caught error, as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  // Node has no name for it (“Unknown system error -122”).
  if (error instanceof Error && 'errno' in error && error.errno === -osConstants.errno.EDQUOT) return 'EDQUOT';
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

export function isMissing(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/** What a failed call on a path means to a user. Errors that are ours already pass through. */
export function storeError(error: unknown, path: string): IlabError {
  if (isIlabError(error)) return error;
  const code = errnoOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new IlabError('E_NO_SPACE', `There is no space left for ${path}${code === 'EDQUOT' ? ' within your quota' : ''}.`, {
      hint: 'Free some space and run it again: it goes on from what arrived.',
      cause: error,
    });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new IlabError(
      'E_STORE',
      `${path} can’t be ${code === 'EROFS' ? 'written: the file system is read-only' : `used: no permission on ${firstForbidden(path)}`}.`,
      {
        hint: 'Correct the permissions, or use another models directory with --store.',
        cause: error,
      },
    );
  }
  return new IlabError('E_STORE', `${path}: ${error instanceof Error ? error.message : String(error)}`, { hint: 'Check the disk and the path.', cause: error });
}

/** The first component from the root that stands in the way. */
export function firstForbidden(path: string): string {
  const parents: string[] = [];
  for (let parent = path; parent !== dirname(parent); parent = dirname(parent)) parents.unshift(parent);
  const blocked = parents.find((parent) => {
    try {
      accessSync(parent, constants.R_OK | constants.X_OK);
      return false;
    } catch (error) {
      return !isMissing(error);
    }
  });
  return blocked ?? parents.findLast((parent) => exists(parent)) ?? path;
}

function exists(path: string): boolean {
  try {
    accessSync(path);
    return true;
  } catch {
    return false;
  }
}

/** For whom what is not there is as good as gone. @throws any other error */
export function unlessMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
