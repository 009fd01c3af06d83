import { isIlabError } from '../errors/ilab-error.ts';
import type { RemoteReference, ShortReference } from '../model/reference.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { ReferenceGrammar } from '../reference/grammar.ts';
import { parseReference } from '../reference/parse-reference.ts';
import { applyAlias, type LiteralOptions } from '../resolver/literal-reference.ts';
import { type Resolution, type ResolverDeps, resolveReference } from '../resolver/resolve-reference.ts';
import { findUnfinished, type Unfinished } from './find-unfinished.ts';

type Naming = { readonly named: RemoteReference | ShortReference | undefined; readonly grammar: ReferenceGrammar };

/** The model that a value means, or what is here of it; nothing is downloaded. @throws IlabError as `resolveReference` */
export async function wholeOrNot(
  deps: ResolverDeps,
  { value, named, grammar }: Naming & { readonly value: string },
  options: CallOptions,
): Promise<Resolution | Unfinished> {
  try {
    return await resolveReference({ ...deps, settings: { ...deps.settings, pull: 'never' } }, { value }, options);
  } catch (error) {
    const isAbsent = isIlabError(error) && error.code === 'E_NOT_FOUND';
    const unfinished = named && isAbsent ? await findUnfinished(deps.cache, { named, grammar }, options) : undefined;
    if (!unfinished) throw error;
    return unfinished;
  }
}

/** What a value that is no path names, behind an alias. */
export function namedBy(value: string, options: LiteralOptions): RemoteReference | ShortReference | undefined {
  const reference = parseReference(value, options.grammar);
  const named = applyAlias(reference, options) ?? reference;
  return named.kind === 'path' ? undefined : named;
}
