import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { type Blob, blobOf, blobOfFile } from './blob.ts';

/** One version of a model: files by path. */
export interface Snapshot {
  readonly files: ReadonlyMap<string, Blob>;
  /** What the Hub side calls its commit: follows from the content, so that the same files have the same one. */
  readonly commit: string;
}

/** A repository with its versions, in order; the last one is the newest. */
export interface Model {
  readonly repository: string;
  readonly versions: ReadonlyMap<string, Snapshot>;
}

/** Files of a version, as tests write them. */
export type Contents = Readonly<Record<string, string | Uint8Array>>;

export function snapshotOf(contents: Contents): Snapshot {
  return snapshot(new Map(Object.entries(contents).map(([path, content]) => [path, blobOf(content)])));
}

/** Reads `<folder>/<version>/…`: every folder in it is a version. */
export async function readModel(repository: string, folder: string): Promise<Model> {
  const versions = new Map<string, Snapshot>();
  for (const name of await folders(folder)) versions.set(name, await readSnapshot(join(folder, name)));
  return { repository, versions };
}

/** Reads `<folder>/<org>/<name>/<version>/…`. */
export async function readModels(folder: string): Promise<readonly Model[]> {
  const models: Model[] = [];
  for (const org of await folders(folder)) {
    for (const name of await folders(join(folder, org))) models.push(await readModel(`${org}/${name}`, join(folder, org, name)));
  }
  return models;
}

async function readSnapshot(folder: string): Promise<Snapshot> {
  const files = new Map<string, Blob>();
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const path of paths.sort()) files.set(relative(folder, path).split(sep).join('/'), await blobOfFile(path));
  return snapshot(files);
}

function snapshot(files: ReadonlyMap<string, Blob>): Snapshot {
  const hash = createHash('sha1');
  for (const [path, { sha256 }] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) hash.update(`${path}\0${sha256}\n`);
  return { files, commit: hash.digest('hex') };
}

async function folders(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}
