import { type Dirent, lstatSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { snapshotEntries, type StoredRepository } from '@ilab/core';
import { MEMBERS, METADATA, STORE, SUMS, VERSIONS } from './layout.ts';
import { type ListedRepository, pack, type PackedRepository, unpack, type Witnesses } from './packed-listing.ts';
import { readJson } from './read-json.ts';
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

/** A repository in the index, and the names of what lay in its directory. */
interface Entry extends ListedRepository {
  readonly found: string;
}

const SCHEMA = 2;
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
      if (!entry || entry.found !== snapshotNames(found) || !isUnchanged(directory, entry)) return undefined;
      now.set(directory, entry);
      return entry.repository;
    },
    remember(directory, found, repository) {
      changed = true;
      const listed = { repository, ...witnessesOf(directory, repository) };
      const isYoung = ({ stamps }: Witnesses): boolean => stamps.some((value, index) => index % 3 === 0 && value > started - TOO_YOUNG);
      if (![listed.records, ...listed.snapshots].some(isYoung)) now.set(directory, { ...listed, found: snapshotNames(found) });
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
function witnessesOf(directory: string, { snapshots }: StoredRepository): Pick<Entry, 'records' | 'snapshots'> {
  const stamped = (folder: string, names: readonly string[]): Witnesses => ({ names, stamps: names.flatMap((name) => stampOf(folder + sep + name)) });
  const versions = join(directory, VERSIONS);
  return {
    records: stamped(versions, ['.', ...entries(versions).map(({ name }) => name)]),
    snapshots: snapshots.map(({ path, files, missing, metadata }) => {
      const own = [METADATA, SUMS, ...(metadata.archives ? [MEMBERS] : [])];
      return stamped(path, [...own, ...snapshotEntries([...files.map((file) => file.path), ...missing]).values()]);
    }),
  };
}

function isUnchanged(directory: string, { repository, records, snapshots }: Entry): boolean {
  return isAsSeen(join(directory, VERSIONS), records) && snapshots.every((seen, index) => isAsSeen(repository.snapshots[index]?.path ?? '', seen));
}

function isAsSeen(folder: string, { names, stamps }: Witnesses): boolean {
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

/** A torn index, one of another version, or none at all is an empty one. */
function load(path: string): ReadonlyMap<string, Entry> {
  try {
    const json = readJson(path);
    if (json?.['schema'] !== SCHEMA || !Array.isArray(json['entries'])) return new Map();
    return new Map((json['entries'] as Kept[]).map(([directory, found, packed]) => [directory, { ...unpack(packed), found: found ?? namesOf(packed) }]));
  } catch {
    return new Map();
  }
}

/** An entry as it is written: where it is, what lay there beside what was read, if anything, and what was read. */
type Kept = [directory: string, found: string | null, packed: PackedRepository];

function keep([directory, { found, ...listed }]: [string, Entry]): readonly Kept[] {
  const packed = pack(listed);
  return packed ? [[directory, found === namesOf(packed) ? null : found, packed]] : [];
}

function namesOf({ snapshots }: PackedRepository): string {
  return snapshots.map(({ at }) => at).join('/');
}

/** Never through a link, and never a word about a failure: without it the next list takes longer, that is all. */
function write(store: string, entries: ReadonlyMap<string, Entry>): void {
  const temporary = join(store, `.${FILE}.${process.pid}.tmp`);
  try {
    if (!lstatSync(store).isDirectory()) return;
    writeFileSync(temporary, JSON.stringify({ schema: SCHEMA, entries: [...entries].flatMap(keep) }), { flag: 'wx', mode: 0o644 });
    renameSync(temporary, join(store, FILE));
  } catch {
    try {
      unlinkSync(temporary);
    } catch {
      // It was not made.
    }
  }
}
