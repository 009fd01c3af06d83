import { IlabError } from '../errors/ilab-error.ts';
import type { RemoteReference, ShortReference } from '../model/reference.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { ReferenceGrammar } from '../reference/grammar.ts';
import { findCandidates } from './candidates.ts';
import { readInventory } from './inventory.ts';
import { notPath, withoutHost } from './literal-reference.ts';
import type { ResolverDeps } from './resolve-reference.ts';
import { type SearchFinding, searchShortName } from './search-list.ts';

/** What a download is of. */
export interface ToFetch {
  readonly reference: RemoteReference;
  /** The short name that a person chose it for, which is worth a record once it has come. */
  readonly chosenFor?: string;
}

/**
 * A reference for a download: literal, or a short name that somebody said where to look for. What is here plays no part, as a download never
 * goes by the end of a name; but a name that means something here is not fetched from elsewhere either.
 * @throws IlabError E_BAD_REFERENCE, E_USAGE (a path), E_NOT_FOUND (nobody said where), E_AMBIGUOUS, E_BAD_CONFIG
 */
export async function referenceToFetch(
  deps: Pick<ResolverDeps, 'registries' | 'cache' | 'settings' | 'prompt' | 'shortNames'>,
  text: string,
  options: CallOptions,
): Promise<ToFetch> {
  const { aliases, registries } = deps.settings;
  const grammar = { manifests: deps.registries.manifests, registries };
  const reference = notPath(text, { grammar, aliases });
  if (reference.kind === 'remote') return { reference };
  const found = await searchShortName(deps, { reference, grammar }, options);
  if (!found) throw withoutHost(reference);
  if (found.chosen) return { reference: found.reference, chosenFor: reference.repository };
  await refuseAnother(deps, { reference, grammar, found }, options);
  return { reference: found.reference };
}

type Found = { readonly reference: ShortReference; readonly grammar: ReferenceGrammar; readonly found: SearchFinding };

/** One name is one model: what `--model` would take from the store is not fetched from somewhere else. */
async function refuseAnother({ cache }: Pick<ResolverDeps, 'cache'>, { reference, grammar, found }: Found, options: CallOptions): Promise<void> {
  const candidates = findCandidates(reference, await readInventory(cache.listing(options)), grammar).found;
  const here = candidates.map((one) => (one.kind === 'unmanaged' ? one.model.name : `${one.repository.id.host}/${one.repository.id.repository}`)).sort();
  const { host, repository, canonical } = found.reference;
  if (here.length === 0 || here.includes(`${host}/${repository}`)) return;
  throw new IlabError('E_AMBIGUOUS', `“${reference.canonical}” is ${here.join(' and ')} here, and would be fetched as ${canonical}.`, {
    hint: `Write which you mean: ilab model download ${canonical}`,
    details: { candidates: [...here, canonical] },
  });
}
