import { IlabError, isIlabError } from '@ilab/core';

/** What a failed write or sync of a partial file means to a user. */
export function diskError(error: unknown, path: string): unknown {
  if (isIlabError(error) || !(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error;
  const code = String(error.code);
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    return new IlabError('E_NO_SPACE', `There is no space left for ${path}.`, {
      hint: 'Free some space and run it again: it goes on from what arrived.',
      side: 'target',
      cause: error,
    });
  }
  if (error.syscall !== 'write' && error.syscall !== 'open' && error.syscall !== 'fsync' && error.syscall !== 'fdatasync') return error;
  return new IlabError('E_STORE', `${path}: ${error.message}`, { hint: 'Check the disk and the permissions.', side: 'target', cause: error });
}
