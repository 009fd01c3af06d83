import type { RemoteReference } from '../model/reference.ts';
import type { CallOptions } from '../ports/call-options.ts';
import { parseReference } from '../reference/parse-reference.ts';
import { looksLikePath } from '../reference/path-reference.ts';
import { applyAlias } from './literal-reference.ts';
import { type ResolverDeps, resolveReference } from './resolve-reference.ts';
import { isBare } from './wanted.ts';

/** What a registry is to be asked of. */
export interface AtRegistry {
  readonly reference: RemoteReference;
  /** Why it is this one, in a few words; absent where it was written out. */
  readonly because?: string;
  /** The short name for which a person chose it; to be recorded once the registry has answered. */
  readonly chosenFor?: string;
}

/**
 * Where a model is at its registry, for whoever asks there and needs nothing here: a name with its host as it is written, anything else as
 * `--model` takes it.
 * @returns the name alone of what has no registry: a path, a checkpoint, what older tools left
 * @throws IlabError as `resolveReference`
 */
export async function atRegistry(deps: ResolverDeps, value: string, options: CallOptions): Promise<AtRegistry | { readonly nowhere: string }> {
  const grammar = { manifests: deps.registries.manifests, registries: deps.settings.registries };
  const typed = looksLikePath(value) ? undefined : parseReference(value, grammar);
  const meant = typed && (applyAlias(typed, { grammar, aliases: deps.settings.aliases }) ?? typed);
  if (meant?.kind === 'remote' && !isBare(meant)) return { reference: meant };
  // What is here is asked for as well as what is not: no pull policy has a say.
  const found = await resolveReference(deps, { value, pull: 'missing' }, options);
  if (found.kind === 'remote') {
    const { reference, chosenFor } = found;
    return { reference, ...(meant?.kind === 'short' && { because: 'by its short name' }), ...(chosenFor !== undefined && { chosenFor }) };
  }
  const reference = found.kind === 'tracked' && found.id ? parseReference(found.reference, grammar) : undefined;
  return reference?.kind === 'remote' ? { reference, because: found.because } : { nowhere: found.name };
}
