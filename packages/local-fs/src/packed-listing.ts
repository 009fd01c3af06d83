import { basename, sep } from 'node:path';
import type { SnapshotMetadata, StoredRepository, StoredSnapshot, VersionRecord } from '@ilab/core';
import { revisionOfEntry } from './layout.ts';
import { parseMetadata, parseRecord } from './parse-metadata.ts';
import type { Json } from './read-json.ts';

/**
 * Files by which it shows that nothing has changed. Each has a stamp of three numbers: when its inode changed last (which nobody can set
 * back, and which truncating, rewriting and linking all move), its size and its inode.
 */
export interface Witnesses {
  readonly names: readonly string[];
  readonly stamps: readonly number[];
}

/** A repository with the files that it was read from: its records, and those of each snapshot, in the order of the snapshots. */
export interface ListedRepository {
  readonly repository: StoredRepository;
  readonly records: Witnesses;
  readonly snapshots: readonly Witnesses[];
}

/** As it is kept: what a snapshot's place tells, or its repository, is not said again. Reading the index is a good part of a list. */
export interface PackedRepository extends Omit<StoredRepository, 'kind' | 'snapshots'> {
  readonly records: Witnesses;
  readonly snapshots: readonly PackedSnapshot[];
}

interface PackedSnapshot extends Omit<StoredSnapshot, 'id' | 'path' | 'metadata'>, Witnesses {
  /** Its directory's name, which is its revision. */
  readonly at: string;
  readonly metadata: Omit<SnapshotMetadata, keyof Unsaid>;
}

/** A list needs no manifests and not all that was recorded, and they are most of what there is. */
type Unsaid = Pick<SnapshotMetadata, 'schema' | 'source' | 'host' | 'repository' | 'revision' | 'files' | 'manifest'>;

/** @returns undefined for what doesn't stand where its metadata says, which is read each time */
export function pack({ repository, records, snapshots }: ListedRepository): PackedRepository | undefined {
  const { kind: _kind, ...rest } = repository;
  const packed = repository.snapshots.flatMap((snapshot, index) => packSnapshot(snapshot, { repository, witnesses: snapshots[index] }) ?? []);
  return packed.length === repository.snapshots.length ? { ...rest, records, snapshots: packed } : undefined;
}

function packSnapshot(
  snapshot: StoredSnapshot,
  { repository, witnesses }: { readonly repository: StoredRepository; readonly witnesses: Witnesses | undefined },
): PackedSnapshot | undefined {
  const { id, path, metadata, ...rest } = snapshot;
  const at = basename(path);
  const { schema: _schema, source, host, repository: name, revision, files: _files, manifest: _manifest, ...said } = metadata;
  const stands = path === repository.path + sep + at && revisionOfEntry(at) === id.revision && revision === id.revision;
  const belongs = [id, { source, host, repository: name }].every((one) => isOf(one, repository.id));
  return stands && belongs && witnesses ? { ...rest, ...witnesses, at, metadata: said } : undefined;
}

function isOf({ source, host, repository }: StoredRepository['id'], id: StoredRepository['id']): boolean {
  return source === id.source && host === id.host && repository === id.repository;
}

/** @throws Error saying what is wrong */
export function unpack({ records, snapshots, ...rest }: PackedRepository): ListedRepository {
  for (const record of rest.versions) parseRecord(record as VersionRecord & Json);
  const witnesses = [records, ...snapshots].map(({ names, stamps }) => ({ names, stamps }));
  for (const { names, stamps } of witnesses) if (stamps.length !== names.length * 3) throw new Error('stamps are missing');
  const repository = { ...rest, kind: 'repository' as const, snapshots: snapshots.map((snapshot) => unpackSnapshot(snapshot, rest)) };
  return { repository, records, snapshots: witnesses.slice(1) };
}

function unpackSnapshot(
  { at, metadata: said, names: _names, stamps: _stamps, ...rest }: PackedSnapshot,
  { id: { source, host, repository }, path }: Pick<StoredRepository, 'id' | 'path'>,
): StoredSnapshot {
  const id = { source, host, repository, revision: revisionOfEntry(at) ?? '' };
  const metadata = parseMetadata({ ...said, ...id, schema: 1, files: [] });
  return { ...rest, id, path: path + sep + at, metadata };
}
