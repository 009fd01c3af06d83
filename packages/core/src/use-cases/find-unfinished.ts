import type { RemoteReference, ShortReference } from '../model/reference.ts';
import type { StoredRepository, StoredSnapshot } from '../model/stored.ts';
import type { Cache } from '../ports/cache.ts';
import type { CallOptions } from '../ports/call-options.ts';
import { type ReferenceGrammar, sourceNamed } from '../reference/grammar.ts';
import { findCandidates } from '../resolver/candidates.ts';
import { chooseFiles } from '../resolver/choose-files.ts';
import { type ChosenVersion, chooseVersion } from '../resolver/choose-version.ts';
import { readInventory } from '../resolver/inventory.ts';
import type { TrackedResolution } from '../resolver/resolution.ts';
import { snapshotReference } from './list-models.ts';

export type Unfinished = Pick<TrackedResolution, 'kind' | 'reference' | 'path' | 'id' | 'revision' | 'version'>;

/** A snapshot that lacks files, by its version or revision: it is no model that resolves, but it takes space all the same. */
export async function findUnfinished(
  cache: Pick<Cache, 'listing'>,
  { named, grammar }: { readonly named: RemoteReference | ShortReference; readonly grammar: ReferenceGrammar },
  options: CallOptions,
): Promise<Unfinished | undefined> {
  const { found } = findCandidates(named, await readInventory(cache.listing(options)), grammar);
  const [only, second] = found;
  if (second || only?.kind !== 'repository' || only.wanted.selector !== undefined) return undefined;
  const { repository, wanted } = only;
  const chosen = chooseVersion(repository, wanted, sourceNamed(repository.id.source, grammar)?.defaultVersion) ?? underWay(repository, wanted.version);
  if (!chosen || chooseFiles(chosen.snapshot, { record: chosen.record })) return undefined;
  const { snapshot, record } = chosen;
  return {
    kind: 'tracked',
    reference: snapshotReference(snapshot, { ...grammar, ...(record && { record }) }),
    path: snapshot.path,
    id: repository.id,
    revision: snapshot.id.revision,
    ...(record && { version: record.name }),
  };
}

/** What was asked for by a name that never got to point to it. */
function underWay({ snapshots, versions }: StoredRepository, version: string | undefined): Pick<ChosenVersion, 'snapshot' | 'record'> | undefined {
  if (version === undefined) return undefined;
  const isNamed = ({ id }: StoredSnapshot) => versions.some(({ revision }) => revision === id.revision);
  const [only, second] = snapshots.filter((snapshot) => snapshot.metadata.requested.version === version && !isNamed(snapshot));
  return only && !second ? { snapshot: only } : undefined;
}
