import { badReference } from './bad-reference.ts';
import { type Span, sliceSpan } from './span.ts';

/** A reference taken apart at its signs, with nothing checked yet. */
export interface SplitReference {
  /** Before any `://`, in lower case. */
  readonly scheme?: string;
  /** Host and repository, perhaps with `:version` or a version as a path. */
  readonly name: Span;
  /** After the first `@`. */
  readonly at?: Span;
  /** After the first `#`. */
  readonly selector?: Span;
}

const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//;

/** Takes scheme, `#selector` and `@…` off; of web addresses the query too. @throws IlabError E_BAD_REFERENCE */
export function splitReference(input: string): SplitReference {
  const scheme = SCHEME.exec(input)?.[1];
  let rest: Span = { text: input, at: 0 };
  if (scheme !== undefined) rest = sliceSpan(rest, scheme.length + 3);

  const [body, selector] = cut(rest, '#');
  const isWeb = scheme !== undefined && isWebScheme(scheme);
  const [whole] = isWeb ? cut(body, '?') : [body];
  const [name, at] = cut(whole, '@');
  if (isWeb && at && !name.text.includes('/')) {
    throw badReference({
      input,
      at: name.at,
      problem: 'A reference never holds a user name or a password.',
      advice: 'Leave them out, and log in to the host instead.',
    });
  }
  return { ...(scheme !== undefined && { scheme: scheme.toLowerCase() }), name, ...(at && { at }), ...(selector && { selector }) };
}

/** Whether a scheme says nothing but that the address was copied from a browser. */
export function isWebScheme(scheme: string): boolean {
  return /^https?$/i.test(scheme);
}

function cut(span: Span, sign: string): readonly [before: Span, after?: Span] {
  const index = span.text.indexOf(sign);
  return index < 0 ? [span] : [sliceSpan(span, 0, index), sliceSpan(span, index + 1)];
}

/**
 * What stands before the version's colon. A version may hold slashes and a repository never a colon, so the first colon after
 * the host is the one.
 */
export function repositoryOf(name: Span): Span {
  const colon = name.text.indexOf(':');
  return colon < 0 ? name : sliceSpan(name, 0, colon);
}

/** What stands after it, if it is there. */
export function afterColon(name: Span, repository: Span): Span | undefined {
  return repository.text.length === name.text.length ? undefined : sliceSpan(name, repository.text.length + 1);
}
