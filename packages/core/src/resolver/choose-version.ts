import type { StoredRepository, StoredSnapshot, VersionRecord } from '../model/stored.ts';
import { highestVersion } from './compare-versions.ts';
import type { Wanted } from './wanted.ts';

/** A snapshot, the name it goes by, and why it is this one. */
export interface ChosenVersion {
  readonly snapshot: StoredSnapshot;
  readonly record?: VersionRecord;
  readonly because: string;
}

/**
 * The snapshot that a version or digest names, else the default: the registry's default name, the only name, the highest, the one
 * downloaded last.
 * @returns undefined when the version is not here
 */
export function chooseVersion(repository: StoredRepository, wanted: Wanted, defaultVersion: string | undefined): ChosenVersion | undefined {
  const revision = wanted.digest ?? wanted.version;
  if (wanted.digest !== undefined) return byRevision(repository, revision, 'that revision');
  if (wanted.version !== undefined) return byName(repository, wanted.version, 'that version') ?? byRevision(repository, revision, 'that revision');
  return byDefault(repository, defaultVersion);
}

function byDefault(repository: StoredRepository, defaultVersion: string | undefined): ChosenVersion | undefined {
  const names = repository.versions.map(({ name }) => name);
  if (defaultVersion !== undefined && names.includes(defaultVersion)) {
    return byName(repository, defaultVersion, names.length === 1 ? 'only version' : 'default version');
  }
  const [only] = names;
  if (names.length === 1 && only !== undefined) return byName(repository, only, 'only version');
  // The beginning of a commit may look like a number.
  const highest = highestVersion(repository.versions.flatMap(({ name, kind }) => (kind === 'commit' ? [] : [name])));
  if (highest !== undefined) return byName(repository, highest, 'highest version');
  return latest(repository);
}

function latest(repository: StoredRepository): ChosenVersion | undefined {
  const named = repository.versions.flatMap((record) => byName(repository, record.name, 'downloaded last') ?? []);
  const all = named.length > 0 ? named : repository.snapshots.map((snapshot) => ({ snapshot, because: 'downloaded last' }));
  return all.toSorted((a, b) => b.snapshot.modified.localeCompare(a.snapshot.modified))[0];
}

function byName(repository: StoredRepository, name: string, because: string): ChosenVersion | undefined {
  const record = repository.versions.find((candidate) => candidate.name === name);
  const found = record && byRevision(repository, record.revision, because);
  return found && { ...found, record };
}

function byRevision(repository: StoredRepository, revision: string | undefined, because: string): ChosenVersion | undefined {
  const snapshot = repository.snapshots.find(({ id }) => id.revision === revision);
  return snapshot && { snapshot, because };
}
