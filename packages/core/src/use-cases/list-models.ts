import { formatOf } from '../model/format.ts';
import type { BrokenItem, ModelFormat, OfflineTier, StoredRepository, StoredSnapshot, StoreItem, UnmanagedModel, VersionRecord } from '../model/stored.ts';
import type { Cache } from '../ports/cache.ts';
import type { CallOptions } from '../ports/call-options.ts';
import { formatReference } from '../reference/format-reference.ts';
import type { ReferenceGrammar } from '../reference/grammar.ts';
import { chooseFiles } from '../resolver/choose-files.ts';
import type { NameProblem } from './update/name-state.ts';
import { type DiskUsage, diskUsage } from './disk-usage.ts';

/** A model, an adapter or a checkpoint of the list. */
export interface ModelRow {
  /** What asks for exactly this: the canonical reference, or the name of what older tools left. */
  readonly reference: string;
  readonly name: string;
  /** A version name, `@` and 12 hex of the revision for a snapshot without one, or `n/a`. */
  readonly version: string;
  readonly revision?: string;
  readonly format: ModelFormat;
  /** Bytes of the files here. */
  readonly size: number;
  /** Bytes that no other snapshot shares. */
  readonly uniqueSize: number;
  /** ISO 8601. */
  readonly modified: string;
  readonly path: string;
  /** `hf`, `oci`, … or `local`. */
  readonly source: string;
  /** An adapter’s base model, as it names it. */
  readonly base?: string;
  /** What a checkpoint was made of, where that is noted. */
  readonly parent?: string;
  /** What was asked for under this name, when not everything. */
  readonly selectors?: readonly string[];
  /** Files of the revision that were asked for and are not here. */
  readonly incomplete?: boolean;
  /** In a read-only store. */
  readonly readOnly?: boolean;
  /** Whether the name points elsewhere at its registry; only where that was asked, see `listOutdated`. */
  readonly outdated?: boolean;
  /** The revision to which it points there. */
  readonly now?: string;
  /** Why that is not known. */
  readonly problem?: NameProblem;
}

export interface ModelList {
  readonly models: readonly ModelRow[];
  readonly adapters: readonly ModelRow[];
  readonly checkpoints: readonly ModelRow[];
  readonly broken: readonly BrokenItem[];
  /** Read-only stores whose models can't be listed now. */
  readonly offline: readonly OfflineTier[];
  /** What all of it takes on disk; rows can't just be added up, since several may have the same bytes. */
  readonly disk: DiskUsage;
}

/** Everything in the store and its tiers: a row for every version name, sorted by reference. */
export async function listModels(deps: ReferenceGrammar & { readonly cache: Pick<Cache, 'listing'> }, options: CallOptions): Promise<ModelList> {
  const models: ModelRow[] = [];
  const adapters: ModelRow[] = [];
  const checkpoints: ModelRow[] = [];
  const broken: BrokenItem[] = [];
  const offline: OfflineTier[] = [];
  const items: StoreItem[] = [];
  for await (const item of deps.cache.listing(options)) {
    items.push(item);
    if (item.kind === 'broken') broken.push(item);
    else if (item.kind === 'offline') offline.push(item);
    else if (item.kind === 'checkpoint') checkpoints.push(...modelRows(item, deps));
    else for (const row of modelRows(item, deps)) (row.format === 'adapter' ? adapters : models).push(row);
  }
  for (const section of [models, adapters, checkpoints]) section.sort((a, b) => compare(a.reference, b.reference));
  return { models, adapters, checkpoints, broken, offline, disk: diskUsage(items) };
}

/** The rows of one item; none of what is broken or offline. */
export function modelRows(item: StoreItem, grammar: ReferenceGrammar): readonly ModelRow[] {
  if (item.kind === 'broken' || item.kind === 'offline') return [];
  return item.kind === 'repository' ? repositoryRows(item, grammar) : [unmanagedRow(item)];
}

function repositoryRows(repository: StoredRepository, grammar: ReferenceGrammar): ModelRow[] {
  const byRevision = new Map(repository.snapshots.map((snapshot) => [snapshot.id.revision, snapshot]));
  const named = new Set(repository.versions.map((record) => record.revision));
  const readOnly = repository.tier === 'extra' && { readOnly: true };
  const rows: ModelRow[] = [];
  for (const record of repository.versions) {
    const snapshot = byRevision.get(record.revision);
    if (snapshot) rows.push({ ...snapshotRow(snapshot, { grammar, record }), ...readOnly });
  }
  for (const snapshot of repository.snapshots) {
    if (!named.has(snapshot.id.revision) && !isUnderWay(snapshot, repository.versions)) rows.push({ ...snapshotRow(snapshot, { grammar }), ...readOnly });
  }
  return rows;
}

/** A download that was asked for by name and has not got there: its name never pointed here, and files are missing. */
function isUnderWay(snapshot: StoredSnapshot, versions: readonly VersionRecord[]): boolean {
  const { id, files, metadata } = snapshot;
  if (files.length === 0) return true;
  const wasNamed = versions.some(({ moved }) => moved.some(({ revision }) => revision === id.revision));
  return metadata.requested.version !== undefined && !wasNamed && !chooseFiles(snapshot, {});
}

function snapshotRow(snapshot: StoredSnapshot, { grammar, record }: { readonly grammar: ReferenceGrammar; readonly record?: VersionRecord }): ModelRow {
  const { id, metadata, files } = snapshot;
  const base = metadata.base ?? snapshot.base;
  return {
    reference: snapshotReference(snapshot, { ...grammar, ...(record && { record }) }),
    name: `${id.host}/${id.repository}`,
    version: record?.name ?? `@${shortRevision(id.revision)}`,
    revision: id.revision,
    format: storedFormat(snapshot),
    size: files.reduce((sum, file) => sum + file.size, 0),
    uniqueSize: snapshot.uniqueSize,
    modified: snapshot.modified,
    path: snapshot.path,
    source: id.source,
    ...(base !== undefined && { base }),
    ...(record && record.selectors.length > 0 && { selectors: record.selectors }),
    ...(!isWhole(snapshot, record) && { incomplete: true }),
  };
}

/** Where nothing is missing, nothing has to be chosen to know that it is whole: a list has a thousand of these. */
function isWhole(snapshot: StoredSnapshot, record?: VersionRecord): boolean {
  const { files, missing } = snapshot;
  return (files.length > 0 && missing.length === 0 && !record?.selectors.length) || chooseFiles(snapshot, { record }) !== undefined;
}

/** What came out of archives was not known when the revision was described. */
function storedFormat({ metadata, files }: StoredSnapshot): ModelFormat {
  return metadata.format === 'unknown' ? formatOf(files.map(({ path }) => path)) : metadata.format;
}

/** The canonical reference of a stored snapshot, by version name where it has one, else by revision. */
export function snapshotReference(
  { id }: Pick<StoredSnapshot, 'id'>,
  { record, ...grammar }: ReferenceGrammar & { readonly record?: Pick<VersionRecord, 'name'> },
): string {
  const isDigest = id.revision.includes(':');
  return formatReference(
    {
      adapter: id.source,
      host: id.host,
      repository: id.repository,
      ...(record ? { version: record.name } : isDigest ? { digest: id.revision } : { version: id.revision }),
    },
    grammar,
  );
}

/** Twelve hex digits, enough to tell revisions apart by eye. */
export function shortRevision(revision: string): string {
  return revision.slice(revision.indexOf(':') + 1).slice(0, 12);
}

function unmanagedRow(item: UnmanagedModel): ModelRow {
  const { name, path, format, version, size, modified, base, parent } = item;
  const made = { ...(base !== undefined && { base }), ...(parent !== undefined && { parent }) };
  return { reference: name, name, version, format, size, uniqueSize: size, modified, path, source: 'local', ...made };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
