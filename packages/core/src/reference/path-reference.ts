import type { PathReference } from '../model/reference.ts';
import { badReference } from './bad-reference.ts';

const PATH_LOOKS = /^(?:\/|~|\.{1,2}(?:[\\/]|$)|[A-Za-z]:[\\/]|file:)/;
/** What Linux takes at most. */
const LONGEST_PATH = 4096;

/** Whether a value is a path by its looks: it is then taken whole, colons, spaces and all. */
export function looksLikePath(input: string): boolean {
  return PATH_LOOKS.test(input);
}

/** @throws IlabError E_BAD_REFERENCE */
export function readPath(input: string): PathReference {
  const zero = input.indexOf('\0');
  if (zero >= 0) throw badReference({ input, at: zero, problem: 'A path can’t hold a NUL character.', advice: 'Take it out.' });
  if (input.length > LONGEST_PATH)
    throw badReference({ input, at: LONGEST_PATH, problem: 'The path is too long.', advice: `A path has at most ${LONGEST_PATH} characters.` });
  return { kind: 'path', input, path: input.startsWith('file:') ? fileUrlPath(input) : input };
}

function fileUrlPath(input: string): string {
  const advice = 'Write it as file:///absolute/path, or as a plain path.';
  const match = /^file:\/\/(?:localhost)?(\/.*)$/s.exec(input);
  if (match?.[1] === undefined) throw badReference({ input, at: 5, problem: 'A file: address needs an absolute path on this machine.', advice });
  try {
    const path = decodeURIComponent(match[1]);
    if (!path.includes('\0')) return path;
  } catch {
    // Said below, like the other one.
  }
  throw badReference({ input, at: 7, problem: 'The file: address is not percent-encoded properly.', advice });
}
