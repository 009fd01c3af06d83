import { IlabError, isIlabError } from '@ilab/core/adapter';

/** The system's code of a caught error, as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

export function isMissing(error: unknown): boolean {
  return errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR';
}

/** What a failed call on a path means. Errors that are ours already, and ends that were asked for, pass through. */
export function fileError(error: unknown, path: string): unknown {
  if (isIlabError(error) || errnoOf(error) === undefined) return error;
  if (['ENOSPC', 'EDQUOT', 'EFBIG'].includes(errnoOf(error) ?? '')) {
    return new IlabError('E_NO_SPACE', `There is no space left for ${path}.`, { hint: 'Free some space and run it again.', side: 'target', cause: error });
  }
  if (errnoOf(error) === 'ELOOP' || errnoOf(error) === 'EMLINK') return irregular(path);
  const said = error instanceof Error ? error.message : String(error);
  return new IlabError('E_STORE', `${path}: ${said}`, { hint: 'Check the path and its permissions.', cause: error });
}

export function irregular(path: string): IlabError {
  return new IlabError('E_STORE', `${path} is no regular file.`, { hint: 'A layout has no links and devices: copy it as it was.', side: 'source' });
}
