import type { Digest } from '../model/digest.ts';
import type { SourceManifest } from '../model/source-manifest.ts';
import { badReference } from './bad-reference.ts';
import { isSelectorShape } from './grammar.ts';
import { type Span, sliceSpan } from './span.ts';
import { readDigest, readVersion } from './version.ts';

/** What follows a repository's name, in the forms with signs. */
export interface Tail {
  readonly version?: string;
  readonly digest?: Digest;
  /** A quantisation after a colon. */
  readonly selector?: string;
}

export interface TailParts {
  readonly colon: Span | undefined;
  readonly at: Span | undefined;
  readonly source: SourceManifest | undefined;
}

/**
 * Reads `:version`, `@version` and `@digest`. After a colon, what has the shape of a quantisation is one; after an `@` it never is.
 * @throws IlabError E_BAD_REFERENCE
 */
export function readTail(input: string, { colon, at, source }: TailParts): Tail {
  const afterAt = at ? readAt(input, at, source) : {};
  if (!colon) return afterAt;
  if (isSelectorShape(colon.text, source)) return { ...afterAt, selector: colon.text.toUpperCase() };
  if (afterAt.version !== undefined && at) {
    throw badReference({ input, at: at.at, problem: 'The reference names two versions.', advice: 'Keep one of them; a digest may follow a version.' });
  }
  return { version: readVersion(input, colon, source), ...afterAt };
}

function readAt(input: string, at: Span, source: SourceManifest | undefined): Tail {
  const digest = readDigest(input, at);
  if (digest) return { digest };
  const again = at.text.indexOf('@');
  if (again < 0) return { version: readVersion(input, at, source) };
  const pinned = readDigest(input, sliceSpan(at, again + 1));
  if (!pinned)
    throw badReference({ input, at: at.at + again, problem: 'The reference names two versions.', advice: 'Keep one of them; a digest may follow a version.' });
  return { version: readVersion(input, sliceSpan(at, 0, again), source), digest: pinned };
}
