import { IlabError } from '@ilab/plugin-api';

/**
 * One segment of a URL's path, percent-encoded whole: `refs/pr/3` becomes `refs%2Fpr%2F3`, as the Hub wants its revisions.
 * @throws IlabError E_BAD_REFERENCE for what no URL can carry: nothing, `.` and `..` (which URLs resolve away), half a surrogate pair
 */
export function encodeSegment(text: string): string {
  if (text === '' || text === '.' || text === '..' || !text.isWellFormed()) {
    throw new IlabError('E_BAD_REFERENCE', `“${text.toWellFormed()}” can't be part of an address.`, { hint: 'Check the name for empty parts, “.” and “..”.' });
  }
  return encodeURIComponent(text);
}

/**
 * A path whose slashes stay: a repository's name, or a file's path.
 * @throws IlabError E_BAD_REFERENCE as {@link encodeSegment}
 */
export function encodePath(path: string): string {
  return path.split('/').map(encodeSegment).join('/');
}
