import { type Digest, isDigest } from '../model/digest.ts';
import type { SourceManifest } from '../model/source-manifest.ts';
import { badReference } from './bad-reference.ts';
import { checkCharacters } from './characters.ts';
import { matches } from './grammar.ts';
import { joinSpans, type Span } from './span.ts';

/** What versions look like where no source is known: an OCI tag, or the name of a Git branch. */
const ANY_VERSION = '(?![-./])(?!.*(?:\\.\\.|//))[^\\s@#:~^?*\\[\\]\\\\%]*[^\\s@#:~^?*\\[\\]\\\\%/.]';

/** @throws IlabError E_BAD_REFERENCE */
export function readVersion(input: string, span: Span, source: SourceManifest | undefined): string {
  if (span.text === '')
    throw badReference({ input, at: span.at, problem: 'The version is missing.', advice: 'Write it after the colon, or leave the colon out.' });
  if (matches(source?.patterns.version ?? ANY_VERSION, span.text)) return span.text;
  const advice =
    source && !matches(source.patterns.version, 'refs/x')
      ? 'A tag has letters, digits, “.”, “_” and “-”, starts with a letter, a digit or “_”, and is at most 128 long.'
      : 'A version is the name of a branch or tag, or a commit.';
  throw badReference({ input, at: span.at, problem: `That is no version${source ? ` of a ${source.source} repository` : ''}.`, advice });
}

/** Takes a digest if the text starts like one. @throws IlabError E_BAD_REFERENCE when it is none after all */
export function readDigest(input: string, span: Span): Digest | undefined {
  if (!/^[A-Za-z0-9+._-]+:/.test(span.text)) return undefined;
  if (isDigest(span.text) && !span.text.startsWith('git-')) return span.text;
  throw badReference({
    input,
    at: span.at,
    problem: 'That is no whole digest.',
    advice: 'A digest is sha256: and 64 hexadecimal digits, or sha512: and 128, in lower case.',
  });
}

/**
 * The version at the head of path segments, where it ends at the next slash; only `refs/pr/3` and its like take three. Percent signs
 * are decoded here, as in directories of the store and in web addresses.
 * @returns the version, and how many segments it took
 */
export function readPathVersion(input: string, segments: readonly Span[], source: SourceManifest): { version: string; length: number } {
  const [first, second] = segments;
  const nested = first?.text === 'refs' && segments.length >= 3 && source.nestedVersions?.includes(second?.text ?? '');
  const span = joinSpans(segments.slice(0, nested ? 3 : 1), '/');
  const decoded = { text: decodePercent(input, span), at: span.at };
  checkCharacters(input, decoded.text);
  return { version: readVersion(input, decoded, source), length: nested ? 3 : 1 };
}

/** @throws IlabError E_BAD_REFERENCE */
export function decodePercent(input: string, span: Span): string {
  try {
    return decodeURIComponent(span.text);
  } catch {
    throw badReference({
      input,
      at: span.at + span.text.indexOf('%'),
      problem: 'That is no percent-encoding.',
      advice: 'Write % and two hexadecimal digits, or the character itself.',
    });
  }
}
