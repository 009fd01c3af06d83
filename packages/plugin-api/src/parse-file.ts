import { IlabError } from '@ilab/core/adapter';

const LONGEST_PATH = 1024;
const UNSAFE = /[\u0000-\u001f\u007f\\]/;

/**
 * Reads the path of a file that a registry lists: relative, separated by `/`, and inside the repository.
 * @throws IlabError E_REGISTRY for anything else
 */
export function parseFilePath(value: unknown): string {
  if (typeof value !== 'string' || value.length > LONGEST_PATH || UNSAFE.test(value) || !value.isWellFormed()) {
    throw new IlabError('E_REGISTRY', 'The registry lists a file without a usable path.');
  }
  if (value.split('/').some((part) => part === '' || part === '.' || part === '..')) {
    throw new IlabError('E_REGISTRY', `The registry lists the file “${value}”, which is not a path inside the repository.`);
  }
  return value;
}

/**
 * Reads the size of something that a registry lists, in bytes.
 * @throws IlabError E_REGISTRY for what is no whole number, negative, or beyond 2^53
 */
export function parseSize(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new IlabError('E_REGISTRY', 'The registry lists a file without a usable size.');
}
