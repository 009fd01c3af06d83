import { IlabError } from '../../errors/ilab-error.ts';
import type { RemoteReference } from '../../model/reference.ts';
import type { Cache } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { ReferenceGrammar } from '../../reference/grammar.ts';
import { parseReference } from '../../reference/parse-reference.ts';
import type { DownloadDeps } from '../download/deps.ts';
import { downloadModel } from '../download/download-model.ts';
import { checkNames, problemOf } from './check-names.ts';
import type { NameProblem, NameState } from './name-state.ts';
import { type TrackedName, trackedNames } from './tracked-names.ts';

export interface UpdateRequest {
  /** Models that are here, a repository for all of its names; none: everything in the own store. */
  readonly references?: readonly string[];
  /** Only tell. */
  readonly check?: boolean;
}

/** What became of a name. */
export interface UpdatedName extends Omit<NameState, 'state'> {
  /** `failed`: it has moved, and what it points to now could not be had; where it pointed before, it still does. */
  readonly state: NameState['state'] | 'updated' | 'failed';
  /** Real path of the snapshot, where it was updated. */
  readonly path?: string;
  /** Bytes that came over the network for it. */
  readonly fetched?: number;
  /** Bytes that were taken from equal files on this machine. */
  readonly linked?: number;
  readonly problem?: NameProblem;
}

export interface UpdateDeps extends DownloadDeps {
  readonly cache: Cache;
}

/**
 * Asks where the names that are here point now, and fetches what moved: what was asked for under them, and no more. One that fails leaves
 * the others alone.
 * @throws IlabError as `trackedNames`; what the signal was aborted with
 */
export async function updateModels(deps: UpdateDeps, { references = [], check = false }: UpdateRequest, options: CallOptions): Promise<readonly UpdatedName[]> {
  const grammar = { manifests: deps.registries.manifests, registries: deps.settings.registries };
  const all = await trackedNames({ cache: deps.cache, grammar, aliases: deps.settings.aliases }, references, options);
  const names = all.filter(({ tier }) => tier === 'own');
  if (names.length === 0 && all.length > 0) throw readOnly(all);
  const states = await checkNames({ registries: deps.registries, grammar }, names, options);
  if (check) return states;
  const updated: UpdatedName[] = [];
  for (const [index, state] of states.entries()) {
    const name = names[index];
    updated.push(name && state.state === 'outdated' ? await update(deps, { name, state, grammar }, options) : state);
  }
  return updated;
}

type Outdated = { readonly name: TrackedName; readonly state: NameState; readonly grammar: ReferenceGrammar };

async function update(deps: UpdateDeps, { name, state, grammar }: Outdated, options: CallOptions): Promise<UpdatedName> {
  try {
    const { snapshot, directory, fetched, linked } = await downloadModel(deps, { reference: asAsked(name, grammar) }, options);
    return { ...state, state: 'updated', now: snapshot.revision, path: directory, fetched, linked };
  } catch (error) {
    options.signal?.throwIfAborted();
    return { ...state, state: 'failed', problem: problemOf(error) };
  }
}

/** One of the things that were asked for under the name: a download takes the others along. */
function asAsked({ reference, record }: TrackedName, grammar: ReferenceGrammar): RemoteReference {
  const named = parseReference(reference, grammar);
  if (named.kind !== 'remote') throw new IlabError('E_INTERNAL', `${reference} is no reference.`);
  const [selector] = record.selectors;
  return selector === undefined ? named : { ...named, selector };
}

function readOnly([first]: readonly TrackedName[]): IlabError {
  return new IlabError('E_USAGE', `${first?.reference ?? 'It'} is in a read-only store, and is not updated.`, {
    hint: `Fetch it into your own: ilab model download ${first?.reference ?? 'REF'}`,
  });
}
