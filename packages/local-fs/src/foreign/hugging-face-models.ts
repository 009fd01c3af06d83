import { lstatSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { isFilePath, type ForeignFile, type ForeignModel, type MetadataFile, type RefusedModel } from '@ilab/core';
import { HUGGING_FACE } from '../donors/hugging-face.ts';
import { fileInside, isObject, isSha256, jsonInside, look, textInside } from '../inside.ts';
import { digestOfEtag } from './local-dir-notes.ts';

const COMMIT = /^[0-9a-f]{40}$/;
const FOLDER = /^models--([A-Za-z0-9._-]+)$/;
const DEEPEST = 8;

/** Every snapshot of every model in Hugging Face’s cache. */
export function* huggingFaceModels(cache: string): Generator<ForeignModel | RefusedModel> {
  for (const { name } of look(cache)) yield* repositoryModels(cache, name);
}

/** Every snapshot of one folder of the cache, `models--org--name`. */
export function* repositoryModels(cache: string, folder: string): Generator<ForeignModel | RefusedModel> {
  const [, name] = FOLDER.exec(folder) ?? [];
  if (name === undefined) return;
  const directory = join(cache, folder);
  const refs = [...refsBelow(cache, join(directory, 'refs'))];
  for (const { name: commit } of look(join(directory, 'snapshots'))) {
    if (!COMMIT.test(commit)) continue;
    const versions = refs.filter((ref) => ref.commit === commit).map((ref) => ({ name: ref.name, kind: 'branch' as const }));
    yield snapshotModel({ cache, directory, commit, repository: name.split('--').join('/') }, versions);
  }
}

type Spot = { readonly cache: string; readonly directory: string; readonly commit: string; readonly repository: string };

function snapshotModel({ cache, directory, commit, repository }: Spot, versions: ForeignModel['versions']): ForeignModel | RefusedModel {
  const from = join(directory, 'snapshots', commit);
  const tree = readTree(cache, join(directory, 'trees', `${commit}.json`));
  const files = [...filesBelow({ cache, root: from, prefix: '', depth: DEEPEST })].map((file) => noted(file, tree?.get(file.path)));
  if (files.length === 0) return { tool: HUGGING_FACE, from, reason: 'it has no files.' };
  const here = new Set(files.map(({ path }) => path));
  const others = tree && [...tree.values()].filter(({ path }) => !here.has(path));
  return {
    tool: HUGGING_FACE,
    from,
    repository: `hf://${repository}`,
    name: repository,
    revision: commit,
    versions,
    files,
    ...(others && { others }),
    whole: others?.length === 0,
    mayLink: true,
  };
}

/** What the tree says wins over what a link is called: where the system has no links there is no name to read. */
function noted(file: ForeignFile, entry: MetadataFile | undefined): ForeignFile {
  const digest = entry?.sha256 === undefined ? entry?.gitSha1 && (`git-sha1:${entry.gitSha1}` as const) : (`sha256:${entry.sha256}` as const);
  return { ...file, ...(digest && { digest }), ...(entry?.xetHash !== undefined && { xetHash: entry.xetHash }) };
}

function* filesBelow(at: { readonly cache: string; readonly root: string; readonly prefix: string; readonly depth: number }): Generator<ForeignFile> {
  for (const entry of look(join(at.root, at.prefix))) {
    const path = `${at.prefix}${entry.name}`;
    if (entry.isDirectory() && at.depth > 0) yield* filesBelow({ ...at, prefix: `${path}/`, depth: at.depth - 1 });
    const real = fileInside(at.cache, join(at.root, path));
    if (real === undefined || !isFilePath(path)) continue;
    const digest = entry.isSymbolicLink() ? digestOfEtag(basename(targetOf(join(at.root, path)))) : undefined;
    yield { path, size: lstatSync(real).size, at: real, ...(digest && { digest }) };
  }
}

function targetOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    return '';
  }
}

/** All files of a commit, as the client noted them when it asked. */
function readTree(cache: string, path: string): ReadonlyMap<string, MetadataFile> | undefined {
  const files = jsonInside(cache, path)?.['files'];
  if (!isObject(files)) return undefined;
  const tree = new Map<string, MetadataFile>();
  for (const [name, entry] of Object.entries(files)) {
    if (!isObject(entry) || !isFilePath(name)) return undefined;
    const { size, blob_id: blobId, lfs_sha256: sha256, lfs_size: lfsSize, xet_hash: xetHash } = entry;
    const bytes = typeof lfsSize === 'number' ? lfsSize : size;
    if (typeof bytes !== 'number' || !Number.isSafeInteger(bytes) || bytes < 0) return undefined;
    tree.set(name, {
      path: name,
      size: bytes,
      ...(isSha256(sha256) ? { sha256 } : typeof blobId === 'string' && COMMIT.test(blobId) && { gitSha1: blobId }),
      ...(typeof xetHash === 'string' && isSha256(xetHash) && { xetHash }),
      from: name,
    });
  }
  return tree;
}

function* refsBelow(cache: string, directory: string, prefix = '', depth = DEEPEST): Generator<{ readonly name: string; readonly commit: string }> {
  for (const entry of look(directory)) {
    const path = join(directory, entry.name);
    if (entry.isDirectory() && depth > 0) yield* refsBelow(cache, path, `${prefix}${entry.name}/`, depth - 1);
    const commit = entry.isFile() ? textInside(cache, path)?.trim() : undefined;
    if (commit !== undefined && COMMIT.test(commit)) yield { name: `${prefix}${entry.name}`, commit };
  }
}
