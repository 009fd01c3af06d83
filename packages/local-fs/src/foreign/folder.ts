import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { isFilePath, type ForeignFile, type ForeignModel, type RefusedModel } from '@ilab/core';
import { fileInside, look } from '../inside.ts';
import { readLinkFarm } from './link-farm.ts';
import { commitOf, commitOfFile, noteOf, notesOf } from './local-dir-notes.ts';

/** A model’s file or folder, and what it is called below the directory where it was found. */
export interface Place {
  readonly path: string;
  readonly name: string;
  readonly tool: string;
}

const SPLIT = /^(.*)-\d{5}-of-(\d{5})\.gguf$/;
const DEEPEST = 8;
/** As much of a commit as tells it, at its Hub too. */
const SHORT_COMMIT = 12;

/** What a folder or file is, by the notes and links that older tools left in it or beside it; else by what it holds. */
export function modelAt(place: Place): ForeignModel | RefusedModel {
  const { path, name, tool } = place;
  if (lstatSync(realpathSync(path)).isFile()) return fileModel(place);
  const farm = readLinkFarm(path);
  if (farm) return farmModel(place, farm);
  const strange: string[] = [];
  const files = filesBelow(path, strange);
  const [problem] = strange;
  if (problem !== undefined)
    return { tool, from: path, reason: `${problem} is no file of this folder: it is a link out of it, to nowhere, or has no proper name.` };
  if (files.length === 0) return { tool, from: path, reason: 'it has no files.' };
  const commit = commitOf(path);
  const base = { tool, from: path, name, mayLink: false, whole: true };
  if (commit === undefined) return { ...base, versions: [], files, others: [] };
  const notes = notesOf(path);
  const noted = files.flatMap((file) => {
    const note = notes.get(file.path);
    return note ? [{ ...file, ...(note.digest && { digest: note.digest }) }] : [];
  });
  // Only the name of the folder says which repository it was, and only where there is an organisation.
  const isRepository = name.split('/').length === 2;
  const versions = [{ name: commit.slice(0, SHORT_COMMIT), kind: 'commit' as const }];
  return { ...base, revision: commit, versions, files: noted, ...(isRepository && { repository: `hf://${name}` }) };
}

function fileModel({ path, name, tool }: Place): ForeignModel | RefusedModel {
  const split = SPLIT.exec(basename(path));
  const parts = split ? look(dirname(path)).filter((entry) => entry.isFile() && isPartOf(entry.name, split)) : [];
  if (split && parts.length !== Number(split[2])) return { tool, from: path, reason: `it is one of ${Number(split[2])} parts, and ${parts.length} are here.` };
  const paths = split ? parts.map((entry) => join(dirname(path), entry.name)) : [path];
  const commit = commitOfFile(path);
  const files = paths.map((one) => ({ ...fileAt(one), ...notedDigest(one) }));
  const base = { tool, from: path, name: split?.[1] ?? name, versions: [], files, mayLink: false };
  // Which repository it was nobody noted, so the rest of it is unknown.
  return commit === undefined ? { ...base, whole: true, others: [] } : { ...base, whole: false, revision: commit };
}

function isPartOf(name: string, [, stem, count]: RegExpExecArray): boolean {
  const part = SPLIT.exec(name);
  return part?.[1] === stem && part?.[2] === count;
}

function fileAt(path: string): ForeignFile {
  const at = realpathSync(path);
  return { path: basename(path), size: lstatSync(at).size, at };
}

function notedDigest(path: string): Pick<ForeignFile, 'digest'> {
  const digest = noteOf(dirname(path), basename(path))?.digest;
  return digest ? { digest } : {};
}

function farmModel({ path, name, tool }: Place, { layout, manifest, files }: NonNullable<ReturnType<typeof readLinkFarm>>): ForeignModel | RefusedModel {
  const strange = files.find((file) => !isFilePath(file.path));
  if (strange) return { tool, from: path, reason: `its manifest has a file called “${strange.path}”.` };
  const here: ForeignFile[] = [];
  const others: { path: string; size: number; sha256: string; from: string }[] = [];
  for (const { sha256, ...file } of files) {
    const at = fileInside(layout, join(layout, 'blobs', 'sha256', sha256), file.size);
    if (at === undefined) others.push({ ...file, sha256, from: `sha256:${sha256}` });
    else here.push({ ...file, at, digest: `sha256:${sha256}` });
  }
  if (here.length === 0) return { tool, from: path, reason: 'its links lead to nothing.' };
  return { tool, from: path, name, revision: manifest.digest, versions: [], files: here, others, whole: others.length === 0, mayLink: false, manifest };
}

/** Regular files at any depth; hidden ones are some tool’s. */
function filesBelow(root: string, strange: string[]): ForeignFile[] {
  const files: ForeignFile[] = [];
  const walk = (prefix: string, depth: number): void => {
    for (const entry of look(join(root, prefix))) {
      if (entry.name.startsWith('.')) continue;
      const path = `${prefix}${entry.name}`;
      if (entry.isDirectory()) {
        if (depth > 0) walk(`${path}/`, depth - 1);
        continue;
      }
      const at = fileInside(root, join(root, path));
      if (at === undefined || !isFilePath(path)) strange.push(path);
      else files.push({ path, size: lstatSync(at).size, at });
    }
  };
  walk('', DEEPEST);
  return files;
}
