import { type Dirent, readdirSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { BrokenItem, StoredRepository, StoredSnapshot, VersionRecord } from '@ilab/core';
import { decodeComponent } from './encode-component.ts';
import { isMissing } from './fs-errors.ts';
import { revisionOfEntry, STORE, VERSIONS } from './layout.ts';
import { parseRecord } from './parse-metadata.ts';
import { readJson } from './read-json.ts';
import { readSnapshot } from './read-snapshot.ts';

const DEEPEST = 40;

/** Whether a top directory of the store is a host's, by the rule that reads references. */
export function isHostEntry(entry: string): boolean {
  const name = decodeComponent(entry) ?? '';
  return /^(?!\.)[^/]*[.:]/.test(name) || name === 'localhost';
}

/** Repositories below one models directory, in the order of their names. */
export function* scanRepositories(root: string, tier: StoredRepository['tier']): Generator<StoredRepository | BrokenItem> {
  for (const entry of entries(root)) {
    if (isDirectory(root, entry) && isHostEntry(entry.name)) yield* scanBelow(join(root, entry.name), { root, tier, depth: 0 });
  }
}

type Place = { readonly root: string; readonly tier: StoredRepository['tier']; readonly depth: number };

function* scanBelow(directory: string, place: Place): Generator<StoredRepository | BrokenItem> {
  const found = entries(directory);
  const isRepository = found.some(({ name }) => name === VERSIONS || name.startsWith('@'));
  if (isRepository) yield* readRepository(directory, found, place);
  if (place.depth >= DEEPEST) return;
  for (const entry of found) {
    // A link here is a version's name; only a host's directory may be a link to another disk.
    if (!entry.isDirectory() || entry.name.startsWith('@') || entry.name === VERSIONS || entry.name === STORE) continue;
    yield* scanBelow(join(directory, entry.name), { ...place, depth: place.depth + 1 });
  }
}

function* readRepository(directory: string, found: readonly Dirent[], { root, tier }: Place): Generator<StoredRepository | BrokenItem> {
  const broken: BrokenItem[] = [];
  const fail = (path: string, error: unknown): void => {
    const reason = error instanceof Error ? error.message : String(error);
    broken.push({ kind: 'broken', name: path.slice(root.length + 1), path, reason });
  };
  const path = realpathSync(directory);
  const snapshots: StoredSnapshot[] = [];
  for (const { name } of found.filter((entry) => entry.isDirectory() && revisionOfEntry(entry.name) !== undefined)) {
    try {
      const snapshot = readSnapshot(join(path, name));
      if (snapshot) snapshots.push(snapshot);
    } catch (error) {
      fail(join(directory, name), error);
    }
  }
  const versions = readRecords(directory, fail).filter((record) => {
    if (snapshots.some(({ id }) => id.revision === record.revision)) return true;
    if (broken.length === 0) fail(join(directory, record.name), new Error(`the version “${record.name}” points to a snapshot that is not here`));
    return false;
  });
  const id = snapshots[0]?.id;
  if (id) yield { kind: 'repository', id: { source: id.source, host: id.host, repository: id.repository }, tier, path, versions, snapshots };
  yield* broken;
}

function readRecords(directory: string, fail: (path: string, error: unknown) => void): readonly VersionRecord[] {
  const records: VersionRecord[] = [];
  const versions = join(directory, VERSIONS);
  for (const { name } of entries(versions).filter((entry) => entry.name.endsWith('.json') && !entry.name.startsWith('.'))) {
    try {
      const json = readJson(join(versions, name));
      if (json) records.push(parseRecord(json));
    } catch (error) {
      fail(join(versions, name), error);
    }
  }
  return records;
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
  return entry.isDirectory() || (entry.isSymbolicLink() && (statSync(join(parent, entry.name), { throwIfNoEntry: false })?.isDirectory() ?? false));
}
