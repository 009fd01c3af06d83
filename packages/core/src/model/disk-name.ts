import { IlabError } from '../errors/ilab-error.ts';

/** What a file system of any kind may refuse, ignore or read as something else, and what would not survive being read back. */
const HOSTILE = /[%\\/:*?"<>|\p{Cc}\p{Cf}\p{Cs}]|~(?=\d)/gu;
/** Names the store keeps for itself, and those that mean something to every file system; told of a folded name. */
const RESERVED = /^(?:@|\.versions$|\.metadata|\.store$|\.{1,2}$)/;
/** Names that are devices on Windows, whatever follows a dot or a space. */
const DEVICE = /^(?:con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]|conin\$|conout\$)(?=$|[. ])/;
/** In bytes: the least of what file systems take. */
const LONGEST = 255;

const utf8 = new TextEncoder();

/**
 * One name as one directory entry, the same on every system: itself wherever that is safe on all of them, else percent-encoded where
 * it isn't; names of the store and of devices in their first character, names that end in a dot or a space in their last.
 * @throws IlabError E_STORE when it is empty or too long for a file system
 */
export function encodeName(name: string): string {
  const entry = encodeUnchecked(name);
  if (entry !== '' && isShort(entry)) return entry;
  throw new IlabError('E_STORE', `“${name.slice(0, 80)}” can’t be a name on disk: it is ${entry === '' ? 'empty' : 'too long'}.`);
}

/** Whether {@link encodeName} takes it. */
export function isName(name: string): boolean {
  return name !== '' && isShort(encodeUnchecked(name));
}

/** Everything but small letters, digits and a few signs percent-encoded: no two of these are one name to any file system. */
export function encodeNameStrictly(name: string): string {
  const entry = encodeUnchecked(name).replace(/%[\dA-F]{2}|[^a-z\d._~@$()+,=-]/gu, (found) => (found.startsWith('%') ? found : encodeCharacter(found)));
  if (isShort(entry)) return entry;
  throw new IlabError('E_STORE', `“${name.slice(0, 80)}” can’t be a name on disk: it is too long beside one that differs only in case.`);
}

/** @returns undefined for an entry that {@link encodeName} can't have made */
export function decodeName(entry: string): string | undefined {
  try {
    return decodeURIComponent(entry);
  } catch {
    return undefined;
  }
}

/** What a file system that is blind to case and to Unicode's normal forms takes for the same. */
export function foldName(name: string): string {
  return name.normalize('NFD').toUpperCase().toLowerCase().normalize('NFC');
}

function encodeUnchecked(name: string): string {
  const safe = name.replace(HOSTILE, encodeCharacter).replace(/[. ]$/, encodeCharacter);
  const folded = foldName(safe);
  return RESERVED.test(folded) || DEVICE.test(folded) ? `${encodeCharacter(safe[0] ?? '')}${safe.slice(1)}` : safe;
}

function isShort(entry: string): boolean {
  return utf8.encode(entry).length <= LONGEST;
}

function encodeCharacter(character: string): string {
  return [...utf8.encode(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
