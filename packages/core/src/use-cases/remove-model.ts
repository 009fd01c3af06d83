import { IlabError } from '../errors/ilab-error.ts';
import type { RemoteReference, ShortReference } from '../model/reference.ts';
import type { RepositoryId, SnapshotId } from '../model/snapshot.ts';
import type { StoredRepository } from '../model/stored.ts';
import type { Cache } from '../ports/cache.ts';
import type { CallOptions } from '../ports/call-options.ts';
import type { Metadata } from '../ports/metadata.ts';
import type { ModelProbe } from '../ports/model-probe.ts';
import type { ReferenceGrammar } from '../reference/grammar.ts';
import { looksLikePath } from '../reference/path-reference.ts';
import { readInventory } from '../resolver/inventory.ts';
import { ambiguous, notHere } from '../resolver/resolver-errors.ts';
import type { ResolverDeps } from '../resolver/resolve-reference.ts';
import { snapshotReference } from './list-models.ts';
import { namedBy, wholeOrNot } from './whole-or-not.ts';

/** What a removal takes away: exactly one version name, one snapshot, or one thing that older tools left or that is broken. */
export type RemovalPlan =
  | {
      readonly kind: 'version';
      readonly reference: string;
      readonly repository: RepositoryId;
      readonly version: string;
      /** The snapshot goes too when this is the last name that points to it. */
      readonly snapshot?: SnapshotId;
      readonly path: string;
      /** Bytes that come back; bytes shared with other snapshots don't. */
      readonly bytes: number;
    }
  | { readonly kind: 'snapshot'; readonly reference: string; readonly snapshot: SnapshotId; readonly path: string; readonly bytes: number }
  | { readonly kind: 'item'; readonly reference: string; readonly path: string; readonly bytes: number };

export interface RemovalDeps extends ResolverDeps {
  readonly cache: Cache;
  readonly metadata: Metadata;
  readonly probe: ModelProbe;
}

/**
 * Says what removing a reference would take away, without doing it.
 * @throws IlabError as `resolveReference`; E_AMBIGUOUS when no version is named and several are here; E_USAGE outside the own store
 */
export async function planRemoval(deps: RemovalDeps, value: string, options: CallOptions): Promise<RemovalPlan> {
  const broken = await brokenAt(deps, value, options);
  if (broken) return broken;
  const grammar: ReferenceGrammar = { manifests: deps.registries.manifests, registries: deps.settings.registries };
  const named = looksLikePath(value) ? undefined : namedBy(value, { grammar, aliases: deps.settings.aliases });
  const found = await wholeOrNot(deps, { value, named, grammar }, options);
  if (found.kind === 'remote') throw notHere(found.reference);
  if (found.kind === 'path') throw outside(found.path);
  const { id, revision } = found;
  if (!id || revision === undefined) return planItem(deps, { reference: found.reference, path: found.path }, options);
  const repository = await ownRepository(deps.cache, id, options);
  if (!repository) throw outside(found.path);
  if (named) refuseChance(repository, { named, grammar });
  return planVersion(repository, { version: found.version, revision, grammar });
}

/** Does what the plan says: the name first, then the bytes, so that no name ever points to nothing. */
export async function removeModel(
  deps: { readonly cache: Cache; readonly metadata: Metadata },
  plan: RemovalPlan,
  options: CallOptions,
): Promise<{ readonly bytes: number }> {
  if (plan.kind === 'item') return { bytes: await deps.cache.removeItem(plan.path, options) };
  if (plan.kind === 'snapshot') return { bytes: await deps.cache.remove(plan.snapshot, options) };
  const { snapshot, repository, version } = plan;
  const record = await deps.metadata.version(repository, version, options);
  await deps.metadata.removeVersion(repository, version, options);
  if (!snapshot) return { bytes: 0 };
  try {
    return { bytes: await deps.cache.remove(snapshot, options) };
  } catch (error) {
    // Somebody uses it: then it keeps its name, too.
    if (record) await deps.metadata.moveVersion(repository, record, {});
    throw error;
  }
}

function planVersion(
  { id, versions, snapshots, path: directory }: StoredRepository,
  { version, revision, grammar }: { readonly version: string | undefined; readonly revision: string; readonly grammar: ReferenceGrammar },
): RemovalPlan {
  const stored = snapshots.find((snapshot) => snapshot.id.revision === revision);
  const snapshot: SnapshotId = { ...id, revision };
  const bytes = stored?.uniqueSize ?? 0;
  const path = stored?.path ?? directory;
  const names = versions.filter((record) => record.revision === revision);
  const record = names.find(({ name }) => name === version);
  if (!record) {
    if (names.length > 0) throw pointedTo(names.map(({ name }) => name));
    return { kind: 'snapshot', reference: snapshotReference({ id: snapshot }, grammar), snapshot, path, bytes };
  }
  const last = names.length === 1;
  const reference = snapshotReference({ id: snapshot }, { ...grammar, record });
  return { kind: 'version', reference, repository: id, version: record.name, ...(last && { snapshot }), path, bytes: last ? bytes : 0 };
}

/** A removal never picks one version or revision of several by itself. */
function refuseChance(
  repository: StoredRepository,
  { named, grammar }: { readonly named: RemoteReference | ShortReference; readonly grammar: ReferenceGrammar },
): void {
  const { id, versions, snapshots } = repository;
  const names =
    versions.length > 0
      ? versions.map((record) => snapshotReference({ id: { ...id, revision: record.revision } }, { ...grammar, record }))
      : snapshots.map((snapshot) => snapshotReference(snapshot, grammar));
  if (names.length < 2 || named.version !== undefined || named.digest !== undefined) return;
  const isPathForm = versions.some(({ name }) => named.repository.endsWith(`/${name}`));
  if (isPathForm && !id.repository.endsWith(named.repository)) return;
  throw ambiguous(named, names);
}

async function brokenAt(deps: RemovalDeps, value: string, options: CallOptions): Promise<RemovalPlan | undefined> {
  for await (const item of deps.cache.items(options)) {
    if (item.kind === 'broken' && (item.name === value || item.path === value)) return { kind: 'item', reference: item.name, path: item.path, bytes: 0 };
  }
  return undefined;
}

async function planItem(
  deps: RemovalDeps,
  { reference, path }: { readonly reference: string; readonly path: string },
  options: CallOptions,
): Promise<RemovalPlan> {
  const { unmanaged } = await readInventory(deps.cache.items(options));
  const item = unmanaged.find((model) => model.path === path);
  if (item?.kind !== 'legacy') throw outside(path);
  return { kind: 'item', reference, path, bytes: item.size };
}

async function ownRepository(cache: Cache, id: RepositoryId, options: CallOptions): Promise<StoredRepository | undefined> {
  for await (const item of cache.items(options)) {
    if (item.kind === 'repository' && item.tier === 'own' && item.id.host === id.host && item.id.repository === id.repository) return item;
  }
  return undefined;
}

function pointedTo(names: readonly string[]): IlabError {
  return new IlabError('E_AMBIGUOUS', `That revision is the version ${names.join(' and ')}.`, { hint: 'Remove it by its version name.' });
}

function outside(path: string): IlabError {
  return new IlabError('E_USAGE', `${path} is not in your own models directory, and ilab removes nothing elsewhere.`, {
    hint: 'Remove it with the tool that put it there.',
  });
}
