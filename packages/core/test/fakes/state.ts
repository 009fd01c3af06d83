import type {
  Adoption,
  MetadataFile,
  RepositoryId,
  SignatureRecord,
  SnapshotId,
  SnapshotMembers,
  SnapshotMetadata,
  StoredRepository,
  StoredSnapshot,
  StoreItem,
  VersionRecord,
} from '../../src/index.ts';

export const STORE = '/home/user/models';

export interface HeldFile {
  readonly path: string;
  readonly size: number;
  readonly sha256: string;
}

/** A snapshot as the fakes hold it. */
export interface HeldSnapshot {
  readonly metadata: SnapshotMetadata;
  members?: SnapshotMembers;
  readonly files: Map<string, HeldFile>;
}

/** What cache and metadata share, as the directories of a real store do. */
export interface StoreState {
  /** Every call that changes something or goes to a registry, in order. */
  readonly log: string[];
  readonly snapshots: Map<string, HeldSnapshot>;
  /** By repository, then by name. */
  readonly versions: Map<string, Map<string, VersionRecord>>;
  /** What was found of signatures, by the snapshot's path. */
  readonly signatures: Map<string, SignatureRecord>;
  /** What older tools left, checkpoints, read-only tiers, what is broken. */
  readonly others: StoreItem[];
  /** Revisions that somebody holds a lease on. */
  readonly inUse: Set<string>;
  /** Staging places that nobody gave up yet. */
  readonly staged: Set<string>;
  /** What taking a donation comes to, by its path. */
  readonly donated: Map<string, Adoption>;
  available: number;
}

export function emptyState(): StoreState {
  return {
    log: [],
    snapshots: new Map(),
    versions: new Map(),
    signatures: new Map(),
    others: [],
    inUse: new Set(),
    staged: new Set(),
    donated: new Map(),
    available: 1e12,
  };
}

export function repositoryKey({ source, host, repository }: RepositoryId): string {
  return `${source} ${host}/${repository}`;
}

export function snapshotKey(id: SnapshotId): string {
  return `${repositoryKey(id)}@${id.revision}`;
}

export function repositoryPath({ host, repository }: RepositoryId): string {
  return `${STORE}/${host}/${repository}`;
}

export function storedSnapshot(state: StoreState, id: SnapshotId): StoredSnapshot | undefined {
  const held = state.snapshots.get(snapshotKey(id));
  if (!held) return undefined;
  const { metadata, members, files } = held;
  const described: readonly Pick<MetadataFile, 'path'>[] = [...metadata.files, ...(members?.files ?? [])];
  const unknown = members ? [] : (metadata.archives ?? []).map(({ blob }) => blob.digest);
  const elsewhere = new Set(
    [...state.snapshots.values()].filter((other) => other !== held).flatMap((other) => [...other.files.values()].map(({ sha256 }) => sha256)),
  );
  const { source, host, repository, revision } = metadata;
  return {
    id: { source, host, repository, revision },
    path: `${repositoryPath(id)}/@${revision.replace(':', '-')}`,
    metadata,
    files: [...files.values()],
    missing: [...described.map(({ path }) => path).filter((path) => !files.has(path)), ...unknown],
    modified: metadata.created,
    uniqueSize: [...files.values()].reduce((sum, { size, sha256 }) => sum + (elsewhere.has(sha256) ? 0 : size), 0),
  };
}

/** Every repository of the own tier. */
export function storedRepositories(state: StoreState): readonly StoredRepository[] {
  const ids = new Map(
    [...state.snapshots.values()].map(({ metadata: { source, host, repository } }) => [
      repositoryKey({ source, host, repository }),
      { source, host, repository },
    ]),
  );
  return [...ids].map(([key, id]) => ({
    kind: 'repository',
    id,
    tier: 'own',
    path: repositoryPath(id),
    versions: [...(state.versions.get(key)?.values() ?? [])],
    snapshots: [...state.snapshots.values()]
      .filter(({ metadata }) => repositoryKey(metadata) === key)
      .flatMap(({ metadata }) => storedSnapshot(state, metadata) ?? []),
  }));
}
