import { type Dirent, lstatSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { snapshotEntries, type StoredRepository, type StoredSnapshot } from '@ilab/core';
import { MEMBERS, METADATA, STORE, SUMS, VERSIONS } from './layout.ts';
import { parseMetadata, parseRecord } from './parse-metadata.ts';
import { type Json, readJson } from './read-json.ts';
import { entries } from './scan-repositories.ts';

/** What an earlier list found, so that the next one need only look whether it is still so. A cache: never the truth, and gone without harm. */
export interface ListingIndex {
  /** The repository in a directory, if nothing that it was read from has changed since. */
  recall(directory: string, found: readonly Dirent[]): StoredRepository | undefined;
  /** Takes what was read from a directory, unless it changed so lately that its next change might not show. */
  remember(directory: string, found: readonly Dirent[], repository: StoredRepository): void;
  /** Writes what was remembered, if anything is new. */
  save(): void;
}

/**
 * A repository with the files that it was read from, by folder. Each has a stamp of three numbers: when its inode changed last (which
 * nobody can set back, and which truncating, rewriting and linking all move), its size and its inode.
 */
interface Entry {
  readonly snapshots: string;
  readonly witnesses: readonly Witnesses[];
  readonly repository: StoredRepository;
}

interface Witnesses {
  readonly folder: string;
  readonly names: readonly string[];
  readonly stamps: readonly number[];
}

const SCHEMA = 1;
const FILE = 'listing.json';
/** Times on disks are coarse: two changes this close together may carry the same one. */
const TOO_YOUNG = 2000;

/** The index of one models directory, in its `.store`. Where that can't be written, nothing is. `started` is the time, in milliseconds. */
export function openListingIndex(root: string, started: number = Date.now()): ListingIndex {
  const store = join(root, STORE);
  const before = load(join(store, FILE));
  const now = new Map<string, Entry>();
  let changed = false;
  return {
    recall(directory, found) {
      const entry = before.get(directory);
      if (!entry || entry.snapshots !== snapshotNames(found) || !entry.witnesses.every(isUnchanged)) return undefined;
      now.set(directory, entry);
      return entry.repository;
    },
    remember(directory, found, repository) {
      changed = true;
      const witnesses = witnessesOf(directory, repository);
      if (witnesses.some(({ stamps }) => stamps.some((value, index) => index % 3 === 0 && value > started - TOO_YOUNG))) return;
      const snapshots = repository.snapshots.map(forListing);
      now.set(directory, { snapshots: snapshotNames(found), witnesses, repository: { ...repository, snapshots } });
    },
    save() {
      if (changed || now.size !== before.size) write(store, now);
    },
  };
}

function snapshotNames(found: readonly Dirent[]): string {
  return found.flatMap(({ name }) => (name.startsWith('@') ? name : [])).join('/');
}

/** Every file whose content or presence decided what was read. */
function witnessesOf(directory: string, { snapshots }: StoredRepository): readonly Witnesses[] {
  const records = { folder: join(directory, VERSIONS), names: ['.', ...entries(join(directory, VERSIONS)).map(({ name }) => name)] };
  const folders = snapshots.map(({ path, files, missing, metadata }) => {
    const own = [METADATA, SUMS, ...(metadata.archives ? [MEMBERS] : [])];
    const entries = snapshotEntries([...files.map((file) => file.path), ...missing]);
    return { folder: path, names: [...own, ...entries.values()] };
  });
  return [records, ...folders].map(({ folder, names }) => ({ folder, names, stamps: names.flatMap((name) => stampOf(folder + sep + name)) }));
}

function isUnchanged({ folder, names, stamps }: Witnesses): boolean {
  for (let index = 0; index < names.length; index++) {
    const stats = lstatSync(folder + sep + names[index], { throwIfNoEntry: false });
    const at = index * 3;
    const same = stats ? stats.ctimeMs === stamps[at] && stats.size === stamps[at + 1] && stats.ino === stamps[at + 2] : stamps[at] === -1;
    if (!same) return false;
  }
  return true;
}

function stampOf(path: string): readonly number[] {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats ? [stats.ctimeMs, stats.size, stats.ino] : [-1, -1, -1];
}

/** A list needs no manifests and not all that was recorded, and they are most of what there is. */
function forListing(snapshot: StoredSnapshot): StoredSnapshot {
  const { manifest: _left, ...metadata } = snapshot.metadata;
  return { ...snapshot, metadata: { ...metadata, files: [] } };
}

/** A torn index, one of another version, or none at all is an empty one. */
function load(path: string): ReadonlyMap<string, Entry> {
  try {
    const json = readJson(path);
    if (json?.['schema'] !== SCHEMA || !Array.isArray(json['entries'])) return new Map();
    return new Map((json['entries'] as [string, Entry][]).map(([directory, entry]) => [directory, checked(entry)]));
  } catch {
    return new Map();
  }
}

function checked(entry: Entry): Entry {
  for (const { metadata } of entry.repository.snapshots) parseMetadata(metadata as unknown as Json);
  for (const record of entry.repository.versions) parseRecord(record as unknown as Json);
  for (const { names, stamps } of entry.witnesses) if (stamps.length !== names.length * 3) throw new Error('stamps are missing');
  return entry;
}

/** Never through a link, and never a word about a failure: without it the next list takes longer, that is all. */
function write(store: string, entries: ReadonlyMap<string, Entry>): void {
  const temporary = join(store, `.${FILE}.${process.pid}.tmp`);
  try {
    if (!lstatSync(store).isDirectory()) return;
    writeFileSync(temporary, JSON.stringify({ schema: SCHEMA, entries: [...entries] }), { flag: 'wx', mode: 0o644 });
    renameSync(temporary, join(store, FILE));
  } catch {
    try {
      unlinkSync(temporary);
    } catch {
      // It was not made.
    }
  }
}
