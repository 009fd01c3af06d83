import { IlabError, isFilePath } from '@ilab/core/adapter';

/**
 * Reads the path of a file that a registry lists: relative, separated by `/`, inside the repository, and of names that can stand on
 * every disk, as they are or encoded.
 * @throws IlabError E_REGISTRY for anything else
 */
export function parseFilePath(value: unknown): string {
  if (typeof value === 'string' && isFilePath(value)) return value;
  const shown = typeof value === 'string' ? ` “${value.slice(0, 100)}”,` : '';
  throw new IlabError('E_REGISTRY', `The registry lists the file${shown} which can’t be a path inside the repository.`, { side: 'source' });
}

/**
 * Reads the size of something that a registry lists, in bytes.
 * @throws IlabError E_REGISTRY for what is no whole number, negative, or beyond 2^53
 */
export function parseSize(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new IlabError('E_REGISTRY', 'The registry lists a file without a usable size.');
}
