import { IlabError } from '@ilab/plugin-api';

/**
 * A bucket and key as they stand in an address, each byte percent-encoded that S3's signatures have encoded.
 * @throws IlabError E_BAD_REFERENCE for `.` and `..`, which addresses resolve away, and for half a surrogate pair
 */
export function encodeKey(key: string): string {
  return key.split('/').map(encodeSegment).join('/');
}

function encodeSegment(text: string): string {
  if (text === '.' || text === '..' || !text.isWellFormed()) {
    throw new IlabError('E_BAD_REFERENCE', `“${text.toWellFormed()}” can't be part of an address.`, { hint: 'Check the name for “.” and “..”.' });
  }
  return encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
