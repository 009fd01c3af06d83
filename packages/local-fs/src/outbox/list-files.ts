import { type Dirent, lstatSync, realpathSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, sep } from 'node:path';
import { type CallOptions, IlabError, isFilePath, type OutgoingFile, type OutgoingFiles } from '@ilab/core';
import { isMissing, storeError } from '../fs-errors.ts';

/** A file under its own name, or all of a folder. */
export async function listFiles(path: string, { signal }: CallOptions): Promise<OutgoingFiles> {
  try {
    const root = realpathSync(path);
    const found = lstatSync(root);
    if (found.isFile()) return { files: [{ path: basename(path), size: found.size, at: root }], refused: {} };
    if (!found.isDirectory()) throw new IlabError('E_NOT_FOUND', `${path} is neither a file nor a folder.`);
    const listing: Listing = { files: [], refused: {} };
    await walk({ root, prefix: '', listing, signal });
    return { ...listing, files: listing.files.sort((a, b) => (a.path < b.path ? -1 : 1)) };
  } catch (error) {
    if (isMissing(error)) throw new IlabError('E_NOT_FOUND', `There is nothing at ${path}.`, { hint: 'Check the path.' });
    throw signal?.aborted ? error : storeError(error, path);
  }
}

type Listing = { readonly files: OutgoingFile[]; readonly refused: Record<string, string> };
type Walk = { readonly root: string; readonly prefix: string; readonly listing: Listing; readonly signal: AbortSignal | undefined };

async function walk({ root, prefix, listing, signal }: Walk): Promise<void> {
  for (const entry of await readdir(join(root, prefix), { withFileTypes: true })) {
    signal?.throwIfAborted();
    const path = `${prefix}${entry.name}`;
    if (isLeftOut(path)) continue;
    if (entry.isDirectory()) {
      await walk({ root, prefix: `${path}/`, listing, signal });
      continue;
    }
    const found = look({ root, path, entry });
    if (typeof found === 'string') listing.refused[path] = found;
    else listing.files.push(found);
  }
}

/** What the official client leaves out, too: a repository's own data, and its notes of what it downloaded. Other hidden files go. */
function isLeftOut(path: string): boolean {
  return /(?:^|\/)(?:\.git|\.cache\/huggingface)$/.test(path);
}

/** @returns the file, or why it can't be one */
function look({ root, path, entry }: { readonly root: string; readonly path: string; readonly entry: Dirent }): OutgoingFile | string {
  if (!isFilePath(path)) return 'it has no name that every disk can take';
  const place = join(root, path);
  if (!entry.isSymbolicLink()) {
    const { size } = lstatSync(place);
    return entry.isFile() ? { path, size, at: place } : 'it is no regular file';
  }
  const at = target(place);
  if (at === undefined) return 'it is a link to nothing';
  if (!at.startsWith(root + sep)) return 'it is a link out of the folder';
  const found = lstatSync(at);
  return found.isFile() ? { path, size: found.size, at } : 'it is a link to a folder';
}

function target(place: string): string | undefined {
  try {
    return realpathSync(place);
  } catch {
    return undefined;
  }
}
