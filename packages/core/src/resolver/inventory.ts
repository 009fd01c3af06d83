import type { StoredRepository, StoreItem, UnmanagedModel } from '../model/stored.ts';

/** What is here and can be used. */
export interface Inventory {
  readonly repositories: readonly StoredRepository[];
  readonly unmanaged: readonly UnmanagedModel[];
}

/** What is in the store; of a repository in several tiers, names and snapshots of the first tier win. */
export async function readInventory(items: AsyncIterable<StoreItem>): Promise<Inventory> {
  const repositories = new Map<string, StoredRepository>();
  const unmanaged: UnmanagedModel[] = [];
  const imported = new Set<string>();
  for await (const item of items) {
    if (item.kind === 'legacy' || item.kind === 'checkpoint') unmanaged.push(item);
    if (item.kind !== 'repository') continue;
    for (const path of importedFrom(item)) imported.add(path);
    const key = `${item.id.source} ${item.id.host}/${item.id.repository}`;
    const known = repositories.get(key);
    repositories.set(key, known ? joinTiers(known, item) : item);
  }
  return { repositories: [...repositories.values()], unmanaged: unmanaged.filter(({ path }) => !imported.has(path)) };
}

/** What was brought in whole is one model with what it was brought in from, and not a second one of the same name. */
function importedFrom({ tier, snapshots }: StoredRepository): readonly string[] {
  if (tier !== 'own') return [];
  return snapshots.flatMap(({ missing, metadata }) => (missing.length === 0 && metadata.imported ? [metadata.imported.from] : []));
}

function joinTiers(own: StoredRepository, other: StoredRepository): StoredRepository {
  const names = new Set(own.versions.map(({ name }) => name));
  const revisions = new Set(own.snapshots.map(({ id }) => id.revision));
  return {
    ...own,
    versions: [...own.versions, ...other.versions.filter(({ name }) => !names.has(name))],
    snapshots: [...own.snapshots, ...other.snapshots.filter(({ id }) => !revisions.has(id.revision))],
  };
}
