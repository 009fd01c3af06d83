import { constants } from 'node:os';
import { formatBytes, IlabError, isIlabError } from '@ilab/core';

const CALLS = new Set(['write', 'open', 'fsync', 'fdatasync', 'ftruncate']);

/** Whether a sync failed. What was to be synced may be lost although it can still be read, and a second sync would not say so. */
export function isFailedSync(error: unknown): boolean {
  return error instanceof Error && 'syscall' in error && (error.syscall === 'fsync' || error.syscall === 'fdatasync');
}

/**
 * What a failed write or sync of a partial file means to a user.
 * @param needed bytes that were still to be written, where that is known
 */
export function diskError(error: unknown, path: string, needed?: number): unknown {
  if (isIlabError(error) || !(error instanceof Error) || !('syscall' in error) || !('code' in error)) return error;
  // Node has no name for a quota's end (“Unknown system error -122”).
  const code = 'errno' in error && error.errno === -constants.errno.EDQUOT ? 'EDQUOT' : String(error.code);
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
    const need = needed === undefined ? '' : `: ${formatBytes(needed)} more are needed`;
    return new IlabError('E_NO_SPACE', `There is no space left for ${path}${need}.`, {
      hint: `Free some space and run it again${isFailedSync(error) ? '' : ': it goes on from what arrived'}.`,
      ...(needed !== undefined && { details: { path, needed } }),
      side: 'target',
      cause: error,
    });
  }
  // A socket's reads fail too, but never with EIO.
  if (!CALLS.has(String(error.syscall)) && code !== 'EIO') return error;
  return new IlabError('E_STORE', `${path}: ${error.message}`, { hint: 'Check the disk and the permissions.', side: 'target', cause: error });
}
