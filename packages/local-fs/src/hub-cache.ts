import { randomBytes } from 'node:crypto';
import { lstatSync, readlinkSync, statSync } from 'node:fs';
import { rename, symlink, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type HubCache, type HubCacheFile, IlabError, isFilePath } from '@ilab/core';
import { huggingFaceCache, type Surroundings } from './donors/places.ts';
import { makeDirectory, syncDirectory, writeFileDurably } from './durable.ts';
import { errnoOf, storeError } from './fs-errors.ts';
import { refuseLinks } from './no-links.ts';
import { shareBytes } from './share-bytes.ts';

/** Keeps backups out (bford.info/cachedir). */
const TAG = 'Signature: 8a477f597d28d172789f06886806bc55\n# This file is a cache directory tag created by huggingface_hub.\n';
const NO_SYMLINKS = new Set(['EPERM', 'ENOSYS', 'EOPNOTSUPP', 'ENOTSUP', 'EINVAL']);

/** Hugging Face's cache in its documented layout (hub-docs, “Local cache”): blobs by ETag, snapshots of links to them, refs. */
export function createHubCache(surroundings: Surroundings): HubCache {
  const directory = huggingFaceCache(surroundings);
  return {
    directory,
    async add({ repository, commit, version, files }, { signal }) {
      const own = join(directory, `models--${repository.replaceAll('/', '--')}`);
      const snapshot = join(own, 'snapshots', commit);
      let here = 0;
      try {
        await makeDirectory(directory);
        await tag(directory);
        for (const part of ['blobs', 'refs', 'snapshots']) refuseLinks(join(own, part), own);
        await makeDirectory(join(own, 'blobs'));
        for (const file of files) {
          signal?.throwIfAborted();
          if (await addFile(file, { own, snapshot })) here += file.size;
        }
        await makeDirectory(snapshot);
        if (version !== undefined) await pointTo(commit, join(own, 'refs'), version);
        return { path: snapshot, here };
      } catch (error) {
        throw signal?.aborted ? error : storeError(error, own);
      }
    },
  };
}

async function tag(directory: string): Promise<void> {
  await writeFile(join(directory, 'CACHEDIR.TAG'), TAG, { flag: 'wx' }).catch((error: unknown) => {
    if (errnoOf(error) !== 'EEXIST') throw error;
  });
}

/** @returns whether it was there already */
async function addFile({ path, size, etag, from }: HubCacheFile, { own, snapshot }: { readonly own: string; readonly snapshot: string }): Promise<boolean> {
  if (!isFilePath(path) || !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(etag)) throw new IlabError('E_STORE', `“${path}” can’t be a file of a Hub’s repository.`);
  const place = join(snapshot, path);
  const blob = join(own, 'blobs', etag);
  refuseLinks(dirname(place), own);
  await makeDirectory(dirname(place));
  // Their client may keep a blob elsewhere and a link to it here.
  const known = statSync(blob, { throwIfNoEntry: false });
  const isHere = known?.isFile() === true && known.size === size;
  if (!isHere) await shareBytes(from, { to: blob, staging: dirname(blob) });
  const up = '../'.repeat(path.split('/').length + 1);
  await linkTo(`${up}blobs/${etag}`, place).catch(async (error: unknown) => {
    if (!NO_SYMLINKS.has(errnoOf(error) ?? '')) throw error;
    await shareBytes(from, { to: place, staging: dirname(blob) });
  });
  return isHere;
}

/** Makes a link, or makes another one anew, at no moment with none there. */
async function linkTo(target: string, place: string): Promise<void> {
  if (lstatSync(place, { throwIfNoEntry: false })?.isSymbolicLink() && readlinkSync(place) === target) return;
  const temporary = `${place}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    await symlink(target, temporary);
    await rename(temporary, place);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncDirectory(dirname(place));
}

async function pointTo(commit: string, refs: string, version: string): Promise<void> {
  if (!isFilePath(version)) throw new IlabError('E_STORE', `“${version}” can’t be a branch or tag of a Hub’s repository.`);
  const path = join(refs, version);
  refuseLinks(path, refs);
  await makeDirectory(dirname(path));
  await writeFileDurably(path, commit);
}
