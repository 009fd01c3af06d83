import { badReference } from './bad-reference.ts';

/** Longest reference that is read, in characters. */
export const LONGEST_REFERENCE = 1024;

/** Control characters, white space, Unicode's direction marks and other invisible ones, lone surrogates, backslashes. */
const FORBIDDEN = /[\s\p{Cc}\p{Cf}\p{Cs}\u2028\u2029\\]/u;

/**
 * Refuses what no reference may hold anywhere.
 * @throws IlabError E_BAD_REFERENCE
 */
export function checkCharacters(input: string, text: string = input): void {
  if (input.length > LONGEST_REFERENCE) {
    throw badReference({
      input,
      at: LONGEST_REFERENCE,
      problem: 'The reference is too long.',
      advice: `A reference has at most ${LONGEST_REFERENCE} characters.`,
    });
  }
  const match = FORBIDDEN.exec(text);
  if (!match) return;
  const at = text === input ? match.index : 0;
  const advice =
    match[0] === '\\'
      ? 'Write slashes; for a path put .\\ or a drive letter in front.'
      : 'A reference has no spaces and no invisible characters; for a path put ./ in front.';
  throw badReference({ input, at, problem: 'The reference holds a character that none may have.', advice });
}
