import { lstatSync, readFileSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { type SnapshotId, snapshotEntries, type StoredFile, type StoredSnapshot } from '@ilab/core';
import { adapterBase } from './model-files.ts';
import { MEMBERS, METADATA, SUMS } from './layout.ts';
import { parseMembers, parseMetadata } from './parse-metadata.ts';
import { readJson } from './read-json.ts';
import { inodeOf, uniqueBytes } from './unique-bytes.ts';

/**
 * Looks at a snapshot's directory. Calls are synchronous on purpose: listing makes hundreds of tiny ones, and each would cost
 * several times as much as a promise.
 * @returns undefined when there is no such directory, or nothing in it yet that says what it is
 * @throws Error saying why it is broken
 */
export function readSnapshot(path: string): StoredSnapshot | undefined {
  const json = readJson(join(path, METADATA));
  if (!json) return undefined;
  const metadata = parseMetadata(json);
  // What is not needed is not opened: a list reads hundreds of these.
  const members = metadata.archives && readJson(join(path, MEMBERS));
  const isHashed = metadata.files.every(({ sha256 }) => sha256 !== undefined);
  const recorded = isHashed ? NO_SUMS : readSums(path);

  const files: StoredFile[] = [];
  const missing: string[] = [];
  const here: Stats[] = [];
  const described = [...metadata.files, ...(members ? parseMembers(members).files : [])];
  const entries = snapshotEntries(described.map((file) => file.path));
  for (const file of described) {
    const entry = entries.get(file.path) ?? file.path;
    const stats = lstatSync(join(path, entry), { throwIfNoEntry: false });
    if (!stats?.isFile() || stats.size !== file.size) {
      missing.push(file.path);
      continue;
    }
    here.push(stats);
    const sha256 = file.sha256 ?? recorded.get(file.path);
    files.push({
      path: file.path,
      size: file.size,
      ...(sha256 !== undefined && { sha256 }),
      inode: inodeOf(stats),
      ...(entry !== file.path && { entry }),
    });
  }
  if (metadata.archives && !members) missing.push(...metadata.archives.map(({ blob }) => blob.digest));
  // Every arrival writes its hash; one in a folder of the snapshot leaves the directory itself as it was.
  const { mtime: modified } = statSync(join(path, SUMS), { throwIfNoEntry: false }) ?? statSync(path);
  const { source, host, repository, revision } = metadata;
  const id: SnapshotId = { source, host, repository, revision };
  const base = metadata.format === 'adapter' && metadata.base === undefined ? adapterBase(path) : undefined;
  return { id, path, metadata, files, missing, modified: modified.toISOString(), uniqueSize: uniqueBytes(here), ...(base !== undefined && { base }) };
}

const NO_SUMS: ReadonlyMap<string, string> = new Map();
const SUM = /^([0-9a-f]{64}) {2}(.+)$/;

/** Hashes computed on arrival, in the form that `sha256sum -c` reads; a torn last line is nobody's. */
export function readSums(path: string): ReadonlyMap<string, string> {
  const sums = new Map<string, string>();
  let text = '';
  try {
    text = readFileSync(join(path, SUMS), 'utf8');
  } catch {
    return sums;
  }
  for (const line of text.split('\n').slice(0, -1)) {
    const match = SUM.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) sums.set(match[2], match[1]);
  }
  return sums;
}
