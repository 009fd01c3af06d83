import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BrokenItem, StoredRepository, StoredSnapshot, VersionRecord } from '@ilab/core';
import { decodeComponent } from './encode-component.ts';
import { isMissing } from './fs-errors.ts';
import type { ListingIndex } from './listing-index.ts';
import { revisionOfEntry, STORE, VERSIONS } from './layout.ts';
import { parseRecord } from './parse-metadata.ts';
import { readJson } from './read-json.ts';
import { readSnapshot } from './read-snapshot.ts';

const DEEPEST = 40;

/** Whether a top directory of the store is a host's, by the rule that reads references. */
function isHostEntry(entry: string): boolean {
  const name = decodeComponent(entry) ?? '';
  return /^(?!\.)[^/]*[.:]/.test(name) || name === 'localhost';
}

/** Repositories below one models directory, in the order of their names. */
export function* scanRepositories(root: string, tier: StoredRepository['tier'], index?: ListingIndex): Generator<StoredRepository | BrokenItem> {
  for (const entry of yield* readableEntries(root, root)) {
    if (isDirectory(root, entry) && isHostEntry(entry.name)) yield* scanBelow(join(root, entry.name), { root, tier, depth: 0, ...(index && { index }) });
  }
}

type Place = { readonly root: string; readonly tier: StoredRepository['tier']; readonly depth: number; readonly index?: ListingIndex };

function* scanBelow(directory: string, place: Place): Generator<StoredRepository | BrokenItem> {
  const found = yield* readableEntries(directory, place.root);
  const isRepository = found.some(({ name }) => name === VERSIONS || name.startsWith('@'));
  if (isRepository) yield* recallRepository(directory, found, place);
  if (place.depth >= DEEPEST) return;
  for (const entry of found) {
    // A link here is a version's name; only a host's directory may be a link to another disk.
    if (!entry.isDirectory() || entry.name.startsWith('@') || entry.name === VERSIONS || entry.name === STORE) continue;
    yield* scanBelow(join(directory, entry.name), { ...place, depth: place.depth + 1 });
  }
}

function* recallRepository(directory: string, found: readonly Dirent[], place: Place): Generator<StoredRepository | BrokenItem> {
  const known = place.index?.recall(directory, found);
  if (known) return yield known;
  const items = [...readRepository(directory, found, place)];
  yield* items;
  const [only, second] = items;
  if (only?.kind === 'repository' && !second) place.index?.remember(directory, found, only);
}

function* readRepository(directory: string, found: readonly Dirent[], { root, tier }: Place): Generator<StoredRepository | BrokenItem> {
  const broken: BrokenItem[] = [];
  const fail = (path: string, error: unknown): void => {
    broken.push(brokenItem(path, { root, error }));
  };
  const path = realpathSync(directory);
  const snapshots: StoredSnapshot[] = [];
  for (const { name } of found.filter((entry) => entry.isDirectory() && revisionOfEntry(entry.name) !== undefined)) {
    try {
      const snapshot = readSnapshot(join(path, name));
      if (snapshot) snapshots.push(snapshot);
      else if (entries(join(path, name)).some(isNotTemporary)) throw new Error('it has no .metadata');
    } catch (error) {
      fail(join(directory, name), error);
    }
  }
  const here = new Set(snapshots.map(({ id }) => id.revision));
  const versions = readRecords(directory, fail).filter(({ record, path: file }) => {
    if (here.has(record.revision)) return true;
    const isBroken = found.some(({ name }) => revisionOfEntry(name) === record.revision);
    if (!isBroken) fail(file, new Error(`the version “${record.name}” points to a snapshot that is not here`));
    return false;
  });
  const id = snapshots[0]?.id;
  if (id)
    yield {
      kind: 'repository',
      id: { source: id.source, host: id.host, repository: id.repository },
      tier,
      path,
      versions: versions.map(({ record }) => record),
      snapshots,
      ...(broken.length > 0 && { unreadable: broken.map((item) => item.path) }),
    };
  yield* broken;
}

/** What a process that was killed was about to rename; a snapshot with nothing else is one that never began. */
function isNotTemporary({ name }: Dirent): boolean {
  return !name.endsWith('.tmp');
}

type Recorded = { readonly record: VersionRecord; readonly path: string };

function readRecords(directory: string, fail: (path: string, error: unknown) => void): readonly Recorded[] {
  const records: Recorded[] = [];
  const versions = join(directory, VERSIONS);
  let found: readonly Dirent[] = [];
  try {
    found = entries(versions);
  } catch (error) {
    fail(versions, error);
  }
  for (const { name } of found.filter((entry) => entry.name.endsWith('.json') && !entry.name.startsWith('.'))) {
    const path = join(versions, name);
    try {
      const json = readJson(path);
      if (json) records.push({ record: parseRecord(json), path });
    } catch (error) {
      fail(path, error);
    }
  }
  return records;
}

/** Entries of a directory; one that can't be read is listed, so that it never hides the others. */
export function* readableEntries(directory: string, root: string): Generator<BrokenItem, readonly Dirent[]> {
  try {
    return entries(directory);
  } catch (error) {
    yield brokenItem(directory, { root, error });
    return [];
  }
}

function brokenItem(path: string, { root, error }: { readonly root: string; readonly error: unknown }): BrokenItem {
  return { kind: 'broken', name: path.slice(root.length + 1) || path, path, reason: error instanceof Error ? error.message : String(error) };
}

export function entries(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

export function isDirectory(parent: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  try {
    return statSync(join(parent, entry.name)).isDirectory();
  } catch {
    return false; // A link to nowhere, in a circle, or to where this user may not look.
  }
}
