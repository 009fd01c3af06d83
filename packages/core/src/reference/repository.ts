import type { SourceManifest } from '../model/source-manifest.ts';
import { badReference } from './bad-reference.ts';
import { matches } from './grammar.ts';
import { type Span, splitSpan } from './span.ts';

const LONGEST_REPOSITORY = 255;
const ANY_SEGMENT = '[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?';

/**
 * Checks the segments of a repository, of a source or (for names without a host) of none.
 * @throws IlabError E_BAD_REFERENCE
 */
export function readRepository(input: string, span: Span, source: SourceManifest | undefined): string {
  const segments = splitSpan(span, '/');
  for (const segment of segments) checkSegment(input, segment, source);
  checkLength(input, span);
  const beyond = source && segments[source.depth.max];
  if (beyond) {
    const advice =
      source.depth.max === 2
        ? 'A repository there is organisation/name; a version follows a colon.'
        : `A repository there has at most ${source.depth.max} parts.`;
    throw badReference({ input, at: beyond.at, problem: 'The repository has too many parts.', advice });
  }
  return span.text;
}

/** @throws IlabError E_BAD_REFERENCE */
export function checkLength(input: string, repository: Span): void {
  if (repository.text.length <= LONGEST_REPOSITORY) return;
  throw badReference({ input, at: repository.at, problem: 'The repository’s name is too long.', advice: `It has at most ${LONGEST_REPOSITORY} characters.` });
}

function checkSegment(input: string, segment: Span, source: SourceManifest | undefined): void {
  const { text, at } = segment;
  if (text === '')
    throw badReference({ input, at, problem: 'A part of the name is empty.', advice: 'Write host/repository:version, without double or trailing slashes.' });
  if (text === '.' || text === '..' || text.includes('..'))
    throw badReference({ input, at, problem: 'A name can’t hold “..”.', advice: 'For a path put ./ in front.' });
  if (matches(source?.patterns.segment ?? ANY_SEGMENT, text)) return;
  throw badReference({
    input,
    at: at + firstOdd(text, source),
    problem: `That can’t be part of a repository’s name${source ? ` (${source.source})` : ''}.`,
    advice: source?.segmentAdvice ?? 'A part has letters, digits, “.”, “_” and “-”, and starts and ends with a letter, a digit or “_”.',
  });
}

/** Where the first character stands that could not be a segment by itself; for the caret only. */
function firstOdd(text: string, source: SourceManifest | undefined): number {
  const index = [...text].findIndex((character) => !matches(source?.patterns.segment ?? ANY_SEGMENT, character) && !/[._-]/.test(character));
  return Math.max(0, index);
}
