import { constants } from 'node:fs';
import { type FileHandle, lstat, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IlabError } from '@ilab/core/adapter';
import { fileError, irregular, isMissing } from './file-error.ts';
import type { LayoutFiles } from './layout-files.ts';

/** Links are not followed, and pipes not waited for; Windows knows neither. */
const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const PIECE = 1024 * 1024;

/** Files below a folder, none of them reached by a link that lies in it. */
export function folderFiles(directory: string): LayoutFiles {
  async function openFile(path: string): Promise<FileHandle | undefined> {
    const full = join(directory, path);
    let handle: FileHandle | undefined;
    try {
      await refuseLinks(directory, path);
      handle = await open(full, FLAGS);
      if (!(await handle.stat()).isFile()) throw irregular(full);
      return handle;
    } catch (error) {
      await handle?.close();
      if (isMissing(error)) return undefined;
      throw fileError(error, full);
    }
  }
  return {
    name: directory,
    async size(path) {
      const handle = await openFile(path);
      try {
        return (await handle?.stat())?.size;
      } finally {
        await handle?.close();
      }
    },
    async *read(path, { signal }) {
      const handle = await openFile(path);
      if (!handle) throw new IlabError('E_NOT_FOUND', `${join(directory, path)} went away.`, { side: 'source' });
      // The stream closes the file, however it ends.
      const stream = handle.createReadStream({ highWaterMark: PIECE, ...(signal && { signal }) });
      try {
        yield* stream as AsyncIterable<Uint8Array>;
      } catch (error) {
        signal?.throwIfAborted();
        throw fileError(error, join(directory, path));
      }
    },
  };
}

/** @throws IlabError E_STORE where a folder between the layout and its file is none */
export async function refuseLinks(directory: string, path: string): Promise<void> {
  for (let parent = dirname(path); parent !== '.'; parent = dirname(parent)) {
    const stats = await lstat(join(directory, parent));
    if (!stats.isDirectory()) throw irregular(join(directory, parent));
  }
}
