import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest, MetadataFile, OlderFile, RemoteFile, SnapshotId, StoredSnapshot } from '@ilab/core';
import { repositoryDirectory, revisionOfEntry } from './layout.ts';
import { readSnapshot } from './read-snapshot.ts';
import { entries } from './scan-repositories.ts';

/** Files of the other revisions of a snapshot's repository, by path, the youngest first. A broken snapshot has none. */
export function olderFiles(root: string, id: SnapshotId): ReadonlyMap<string, readonly OlderFile[]> {
  const directory = repositoryDirectory(root, id);
  if (!existsSync(directory)) return new Map();
  const found = new Map<string, OlderFile[]>();
  const others = entries(directory).filter((entry) => entry.isDirectory() && ![undefined, id.revision].includes(revisionOfEntry(entry.name)));
  const snapshots = others.flatMap(({ name }) => readUnlessBroken(join(realpathSync(directory), name)));
  for (const snapshot of snapshots.sort((a, b) => (a.modified < b.modified ? 1 : -1))) {
    const described = new Map(snapshot.metadata.files.map((file) => [file.path, file]));
    for (const { path, entry = path } of snapshot.files) {
      const file = asRemote(described.get(path));
      if (file) found.set(path, [...(found.get(path) ?? []), { snapshot: snapshot.id, file, path: join(snapshot.path, entry) }]);
    }
  }
  return found;
}

function readUnlessBroken(path: string): readonly StoredSnapshot[] {
  try {
    return [readSnapshot(path)].filter((snapshot) => snapshot !== undefined);
  } catch {
    return [];
  }
}

/** @returns undefined for what came out of an archive */
function asRemote(file: MetadataFile | undefined): RemoteFile | undefined {
  const digest = file?.sha256 === undefined ? file?.gitSha1 && `git-sha1:${file.gitSha1}` : `sha256:${file.sha256}`;
  if (!file || digest === undefined) return undefined;
  const { path, from, size, xetHash } = file;
  return { path, blob: { id: from, size, digest: digest as Digest }, ...(xetHash !== undefined && { xetHash }) };
}
