import { join } from 'node:path';
import { type SnapshotEntries, snapshotEntries } from '@ilab/core';
import { storeError } from './fs-errors.ts';
import { filePath, MEMBERS, METADATA } from './layout.ts';
import { parseMembers, parseMetadata } from './parse-metadata.ts';
import { readJson } from './read-json.ts';

/**
 * Where a snapshot's files stand, by what its `.metadata` says. Members of archives are only known after the first files are in place,
 * so an unknown path is looked for again.
 * @returns a function that throws IlabError E_STORE for what is no path inside a snapshot
 */
export function createPlaces(snapshot: string): (path: string) => string {
  let entries: SnapshotEntries = new Map();
  return (path) => {
    if (!entries.has(path)) entries = readUnlessTorn(snapshot);
    const entry = entries.get(path);
    return entry === undefined ? filePath(snapshot, path) : join(snapshot, entry);
  };
}

function readUnlessTorn(snapshot: string): SnapshotEntries {
  try {
    return readEntries(snapshot);
  } catch (error) {
    throw storeError(error, join(snapshot, METADATA));
  }
}

function readEntries(snapshot: string): SnapshotEntries {
  const metadata = readJson(join(snapshot, METADATA));
  const members = readJson(join(snapshot, MEMBERS));
  const files = [...(metadata ? parseMetadata(metadata).files : []), ...(members ? parseMembers(members).files : [])];
  return snapshotEntries(files.map(({ path }) => path));
}
