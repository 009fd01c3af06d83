import { IlabError } from '@ilab/core';

/** What a file system of any kind may refuse, and what would not survive being read back. */
const HOSTILE = /[%\\/:*?"<>|\p{Cc}\p{Cf}\p{Cs}]/gu;
/** Names the store keeps for itself, and those that mean something to every file system. */
const RESERVED = /^(?:@|\.versions$|\.metadata|\.store$|\.{1,2}$)/;
const LONGEST = 255;

/**
 * One name as one directory entry: itself wherever that is safe, else percent-encoded where it isn't; reserved names in their
 * first character, names that end in a dot or a space in their last.
 * @throws IlabError E_STORE when it is empty or too long for a file system
 */
export function encodeComponent(name: string): string {
  const safe = name.replace(HOSTILE, encodeCharacter).replace(/[. ]$/, encodeCharacter);
  const entry = RESERVED.test(safe) ? `${encodeCharacter(safe[0] ?? '')}${safe.slice(1)}` : safe;
  if (entry !== '' && Buffer.byteLength(entry) <= LONGEST) return entry;
  throw new IlabError('E_STORE', `“${name.slice(0, 80)}” can’t be a name on disk: it is ${entry === '' ? 'empty' : 'too long'}.`);
}

/** @returns undefined for an entry that {@link encodeComponent} can't have made */
export function decodeComponent(entry: string): string | undefined {
  try {
    return decodeURIComponent(entry);
  } catch {
    return undefined;
  }
}

/** A file's path below its snapshot; its parts are checked before and encoded one by one. */
export function encodeFilePath(path: string): string {
  return path.split('/').map(encodeComponent).join('/');
}

function encodeCharacter(character: string): string {
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
