import type { StoredRepository, StoredSnapshot } from '../../model/stored.ts';

/** A snapshot that no version name points to. */
export interface Unnamed {
  readonly snapshot: StoredSnapshot;
  /** ISO 8601: since when no name has pointed to it, or when its last file arrived, whichever is later. */
  readonly since: string;
}

/** Snapshots of a repository that no name points to, youngest first. */
export function unnamedSnapshots({ versions, snapshots }: StoredRepository): readonly Unnamed[] {
  const named = new Set(versions.map(({ revision }) => revision));
  const left = versions.flatMap(({ moved }) => moved);
  return snapshots
    .filter(({ id }) => !named.has(id.revision))
    .map((snapshot) => {
      const ends = left.filter(({ revision }) => revision === snapshot.id.revision).map(({ until }) => until);
      return { snapshot, since: latest([snapshot.modified, ...ends]) };
    })
    .sort((a, b) => Date.parse(b.since) - Date.parse(a.since));
}

/** A time that can't be read counts for nothing: the others are there. */
function latest(times: readonly string[]): string {
  return times.reduce((last, time) => (Date.parse(time) > Date.parse(last) ? time : last));
}
