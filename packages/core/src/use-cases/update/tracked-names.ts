import { IlabError } from '../../errors/ilab-error.ts';
import { LOCAL_HOST } from '../../model/local-host.ts';
import type { RemoteReference, ShortReference } from '../../model/reference.ts';
import type { RepositoryId } from '../../model/snapshot.ts';
import type { StoredRepository, VersionRecord } from '../../model/stored.ts';
import type { Cache } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { ReferenceGrammar } from '../../reference/grammar.ts';
import { looksLikePath } from '../../reference/path-reference.ts';
import { findCandidates } from '../../resolver/candidates.ts';
import { type Inventory, readInventory } from '../../resolver/inventory.ts';
import { namingNearest } from '../../resolver/naming-nearest.ts';
import { ambiguous } from '../../resolver/resolver-errors.ts';
import { snapshotReference } from '../list-models.ts';
import { namedBy } from '../whole-or-not.ts';

/** A version name that is here and may move at its registry. */
export interface TrackedName {
  /** Canonical. */
  readonly reference: string;
  readonly repository: RepositoryId;
  readonly record: VersionRecord;
  readonly tier: StoredRepository['tier'];
}

export interface NamesDeps {
  readonly cache: Pick<Cache, 'items' | 'listing'>;
  readonly grammar: ReferenceGrammar;
  readonly aliases: Readonly<Record<string, string>>;
}

/**
 * The names that may move, sorted: those of the references (a repository stands for all of its names), or all there are.
 * @throws IlabError E_USAGE (a path, or a revision), E_NOT_FOUND, E_AMBIGUOUS
 */
export async function trackedNames(deps: NamesDeps, references: readonly string[], options: CallOptions): Promise<readonly TrackedName[]> {
  const names: TrackedName[] = [];
  for await (const item of deps.cache.items(options)) if (item.kind === 'repository') names.push(...namesOf(item, deps.grammar));
  names.sort((a, b) => (a.reference < b.reference ? -1 : 1));
  if (references.length === 0) return names;
  const inventory = await readInventory(deps.cache.items(options));
  const chosen = new Set<TrackedName>();
  for (const text of references) {
    for (const name of await namingNearest(deps, text, options, async () => namesMeant(text, { deps, inventory, names }))) chosen.add(name);
  }
  return names.filter((name) => chosen.has(name));
}

type Known = { readonly deps: NamesDeps; readonly inventory: Inventory; readonly names: readonly TrackedName[] };

function namesMeant(text: string, { deps, inventory, names }: Known): readonly TrackedName[] {
  const named = readName(text, deps);
  const found = findCandidates(named, inventory, deps.grammar).found.filter((candidate) => candidate.kind === 'repository');
  if (found.length > 1) throw ambiguous(named, found.map(({ repository: { id } }) => `${id.host}/${id.repository}`).sort());
  const isMeant = ({ repository: { id }, wanted }: (typeof found)[number], { repository, record }: TrackedName): boolean =>
    isSame(id, repository) && wanted.digest === undefined && (wanted.version ?? record.name) === record.name;
  const ofIt = names.filter((name) => found.some((one) => isMeant(one, name)));
  if (ofIt.length > 0) return ofIt;
  throw nothingThatMoves(
    named,
    found.map(({ repository }) => repository),
  );
}

function namesOf({ id, versions, tier, snapshots }: StoredRepository, grammar: ReferenceGrammar): readonly TrackedName[] {
  if (id.host === LOCAL_HOST) return [];
  const moving = versions.filter(
    ({ kind, revision }) => (kind === 'tag' || kind === 'branch') && snapshots.some((snapshot) => snapshot.id.revision === revision),
  );
  return moving.map((record) => ({
    reference: snapshotReference({ id: { ...id, revision: record.revision } }, { ...grammar, record }),
    repository: id,
    record,
    tier,
  }));
}

function readName(text: string, { grammar, aliases }: NamesDeps): RemoteReference | ShortReference {
  const named = looksLikePath(text) ? undefined : namedBy(text, { grammar, aliases });
  if (named) return named;
  throw new IlabError('E_USAGE', `${text} is a path, and no registry moves it.`, { hint: 'Name a model that was downloaded: ilab model list.' });
}

function isSame(a: RepositoryId, b: RepositoryId): boolean {
  return a.source === b.source && a.host === b.host && a.repository === b.repository;
}

function nothingThatMoves({ canonical, version, digest }: RemoteReference | ShortReference, repositories: readonly StoredRepository[]): IlabError {
  const isRevision = repositories.some(({ snapshots }) => snapshots.some(({ id }) => id.revision === (digest ?? version)));
  if (isRevision) return new IlabError('E_USAGE', `${canonical} is a revision, which never moves.`, { hint: 'Name a version: ilab model list.' });
  return new IlabError('E_NOT_FOUND', `${canonical} is not here.`, { hint: `Fetch it: ilab model download ${canonical}` });
}
