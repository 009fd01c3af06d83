import { isIlabError } from '../../errors/ilab-error.ts';
import type { BrokenItem, StoredRepository, StoredSnapshot } from '../../model/stored.ts';
import type { Cache } from '../../ports/cache.ts';
import type { CallOptions } from '../../ports/call-options.ts';
import type { ReferenceGrammar } from '../../reference/grammar.ts';
import { looksLikePath } from '../../reference/path-reference.ts';
import { notHere } from '../../resolver/resolver-errors.ts';
import type { ResolverDeps } from '../../resolver/resolve-reference.ts';
import { selectFiles } from '../../selection/select-files.ts';
import { snapshotReference } from '../list-models.ts';
import { namedBy, wholeOrNot } from '../whole-or-not.ts';
import { brokenOf } from './broken-of.ts';

/** A snapshot to verify, as it is called. */
export interface TrackedSnapshot {
  /** By the first of its version names, else by its revision. */
  readonly reference: string;
  readonly snapshot: StoredSnapshot;
  readonly tier: StoredRepository['tier'];
  /** Paths of the files that were asked for under the names that point to it. */
  readonly asked: ReadonlySet<string>;
}

/** What the store holds, as far as it can be verified. */
export interface Tracked {
  readonly snapshots: readonly TrackedSnapshot[];
  readonly broken: readonly BrokenItem[];
  /** Names of what nothing is recorded of. */
  readonly skipped: readonly string[];
}

/** Everything in the store and its tiers. */
export async function trackedSnapshots(
  { cache, grammar }: { readonly cache: Pick<Cache, 'items'>; readonly grammar: ReferenceGrammar },
  options: CallOptions,
): Promise<Tracked> {
  const snapshots: TrackedSnapshot[] = [];
  const broken: BrokenItem[] = [];
  const skipped: string[] = [];
  for await (const item of cache.items(options)) {
    if (item.kind === 'repository') snapshots.push(...item.snapshots.map((snapshot) => tracked(snapshot, { repository: item, grammar })));
    else if (item.kind === 'broken') broken.push(item);
    else if (item.kind !== 'offline') skipped.push(item.name);
  }
  return { snapshots, broken, skipped };
}

function tracked(
  snapshot: StoredSnapshot,
  { repository, grammar }: { readonly repository: StoredRepository; readonly grammar: ReferenceGrammar },
): TrackedSnapshot {
  const names = repository.versions.filter(({ revision }) => revision === snapshot.id.revision).sort((a, b) => (a.name < b.name ? -1 : 1));
  const [record] = names;
  const files = [...snapshot.files.map(({ path }) => ({ path })), ...snapshot.missing.map((path) => ({ path }))];
  const asked = names.flatMap(({ selectors }) => (selectors.length === 0 ? files : selectors.flatMap((selector) => selectFiles(files, selector))));
  return {
    reference: snapshotReference(snapshot, { ...grammar, ...(record && { record }) }),
    snapshot,
    tier: repository.tier,
    asked: new Set(asked.map(({ path }) => path)),
  };
}

/**
 * Those of everything that values name: whole or not, broken, or of an older tool.
 * @throws IlabError as `resolveReference`
 */
export async function chooseSnapshots(
  deps: ResolverDeps,
  { values, all, grammar }: { readonly values: readonly string[]; readonly all: Tracked; readonly grammar: ReferenceGrammar },
  options: CallOptions,
): Promise<Tracked> {
  const snapshots = new Set<TrackedSnapshot>();
  const broken = new Set<BrokenItem>();
  const skipped = new Set<string>();
  for (const value of values) {
    const found = await findValue(deps, { value, broken: all.broken, grammar }, options);
    const snapshot = found.kind === 'tracked' ? all.snapshots.find((one) => isAt(one, found)) : undefined;
    if (found.kind === 'broken') for (const item of found.items) broken.add(item);
    else if (snapshot) snapshots.add(snapshot);
    else skipped.add(found.kind === 'tracked' ? found.reference : found.path);
  }
  return { snapshots: [...snapshots], broken: [...broken], skipped: [...skipped] };
}

type Found = Exclude<Awaited<ReturnType<typeof wholeOrNot>>, { kind: 'remote' }> | { readonly kind: 'broken'; readonly items: readonly BrokenItem[] };

/** What a value means; of a repository in which nothing by that name can be read, what is broken. */
async function findValue(
  deps: ResolverDeps,
  { value, broken, grammar }: { readonly value: string; readonly broken: readonly BrokenItem[]; readonly grammar: ReferenceGrammar },
  options: CallOptions,
): Promise<Found> {
  const items = broken.filter(({ name, path }) => name === value || path === value);
  if (items.length > 0) return { kind: 'broken', items };
  const named = looksLikePath(value) ? undefined : namedBy(value, { grammar, aliases: deps.settings.aliases });
  try {
    const found = await wholeOrNot(deps, { value, named, grammar }, options);
    if (found.kind === 'remote') throw notHere(found.reference);
    return found;
  } catch (error) {
    const related = named && isIlabError(error) && error.code === 'E_NOT_FOUND' ? brokenOf(named, broken) : [];
    if (related.length === 0) throw error;
    return { kind: 'broken', items: related };
  }
}

/** Of a snapshot in several tiers the own comes first, as everywhere. */
function isAt(
  { snapshot: { id } }: TrackedSnapshot,
  found: { readonly id?: Pick<StoredSnapshot['id'], 'host' | 'repository'>; readonly revision?: string },
): boolean {
  return id.revision === found.revision && id.host === found.id?.host && id.repository === found.id.repository;
}
