import { IlabError } from '../errors/ilab-error.ts';
import type { Reference, RemoteReference, ShortReference } from '../model/reference.ts';
import { formatReference, formatShortReference } from '../reference/format-reference.ts';
import { type ReferenceGrammar, sourceNamed } from '../reference/grammar.ts';
import { parseReference } from '../reference/parse-reference.ts';
import { wantedOf } from './wanted.ts';

export interface LiteralOptions {
  readonly grammar: ReferenceGrammar;
  readonly aliases: Readonly<Record<string, string>>;
}

/**
 * A reference for commands that take theirs literally, as `upload` does: aliases, but no short names and no suffixes.
 * @throws IlabError E_BAD_REFERENCE, E_USAGE (a path), E_NOT_FOUND (no host)
 */
export function literalReference(text: string, options: LiteralOptions): RemoteReference {
  const reference = notPath(text, options);
  if (reference.kind === 'remote') return reference;
  throw withoutHost(reference);
}

/** A reference, or what an alias stands for. @throws IlabError E_BAD_REFERENCE, E_USAGE (a path) */
export function notPath(text: string, options: LiteralOptions): RemoteReference | ShortReference {
  const typed = parseReference(text, options.grammar);
  const reference = applyAlias(typed, options) ?? typed;
  if (reference.kind !== 'path') return reference;
  throw new IlabError('E_USAGE', `${reference.path} is a path, not a repository.`, { hint: 'Name a repository, as quay.io/org/name:version or org/name.' });
}

export function withoutHost({ canonical, repository }: ShortReference): IlabError {
  return new IlabError('E_NOT_FOUND', `“${canonical}” says not where to fetch it from.`, {
    hint: `Put the host in front, for example quay.io/org/${repository}: ilab model list shows whole names. Or set an alias: ilab model alias set ${repository} REF`,
  });
}

/**
 * What an alias stands for; a version or selector that was typed wins over the alias's.
 * @returns undefined when the reference is no alias
 */
export function applyAlias(reference: Reference, { grammar, aliases }: LiteralOptions): Reference | undefined {
  if (reference.kind !== 'short' || !Object.hasOwn(aliases, reference.repository)) return undefined;
  const target = parseReference(aliases[reference.repository] ?? '', grammar);
  if (target.kind === 'path') return target;
  const source = target.kind === 'remote' ? sourceNamed(target.adapter, grammar) : undefined;
  const typed = wantedOf(reference, source);
  if (Object.keys(typed).length === 0) return target;
  const { version, digest, ...unversioned } = target;
  // A version and a digest name one revision together.
  const revision = (typed.version ?? typed.digest) === undefined ? { ...(version !== undefined && { version }), ...(digest !== undefined && { digest }) } : {};
  const text =
    unversioned.kind === 'remote'
      ? formatReference({ ...unversioned, ...revision, ...typed }, grammar)
      : formatShortReference({ ...unversioned, ...revision, ...typed });
  return parseReference(text, grammar);
}
