import { dirname, join, relative, sep } from 'node:path';
import type { Digest } from '@ilab/core';
import { look, textInside } from '../inside.ts';

/** What Hugging Face’s tools note beside a file that they put into a folder: commit, etag and time, a line each. */
export interface Note {
  readonly commit: string;
  /** The etag as what it is: the sha256 of a large file, the Git blob id of a small one. */
  readonly digest?: Digest;
}

/** Where the notes are below the folder; the second until 2024. */
const PLACES = [join('.cache', 'huggingface', 'download'), join('.huggingface', 'download')];
const ENDING = '.metadata';
const DEEPEST = 8;

/** What is noted of a file of a folder. */
export function noteOf(folder: string, path: string): Note | undefined {
  for (const place of PLACES) {
    const note = readNote(folder, join(folder, place, `${path}${ENDING}`));
    if (note) return note;
  }
  return undefined;
}

/** All notes of a folder, by the file’s path. */
export function notesOf(folder: string): ReadonlyMap<string, Note> {
  const notes = new Map<string, Note>();
  for (const place of PLACES) {
    const root = join(folder, place);
    for (const path of notePaths(root, DEEPEST)) {
      const note = readNote(folder, path);
      const file = relative(root, path).slice(0, -ENDING.length).split(sep).join('/');
      if (note && !notes.has(file)) notes.set(file, note);
    }
  }
  return notes;
}

/** The one commit that all files of a folder are of; undefined when there are several, or none is noted. */
export function commitOf(folder: string): string | undefined {
  const [commit, ...others] = new Set([...notesOf(folder).values()].map((note) => note.commit));
  return others.length === 0 ? commit : undefined;
}

/** The same for a file, which shares its folder with others. */
export function commitOfFile(path: string): string | undefined {
  return noteOf(dirname(path), path.slice(dirname(path).length + 1))?.commit;
}

function* notePaths(directory: string, depth: number): Generator<string> {
  for (const entry of look(directory)) {
    const path = join(directory, entry.name);
    if (entry.isFile() && entry.name.endsWith(ENDING)) yield path;
    if (entry.isDirectory() && depth > 0) yield* notePaths(path, depth - 1);
  }
}

function readNote(folder: string, path: string): Note | undefined {
  const [commit = '', etag = ''] = (textInside(folder, path) ?? '').split('\n');
  const digest = digestOfEtag(etag);
  return /^[0-9a-f]{40}$/.test(commit) ? { commit, ...(digest && { digest }) } : undefined;
}

/** Blobs of Hugging Face’s cache are named the same way. */
export function digestOfEtag(etag: string): Digest | undefined {
  if (/^[0-9a-f]{64}$/.test(etag)) return `sha256:${etag}`;
  return /^[0-9a-f]{40}$/.test(etag) ? `git-sha1:${etag}` : undefined;
}
