import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type CallOptions, IlabError } from '@ilab/core/adapter';
import { fileError, irregular } from './file-error.ts';
import type { LayoutFiles } from './layout-files.ts';
import { listTar, noArchive } from './tar-members.ts';

const PIECE = 1024 * 1024;
const GZIP = Buffer.from([0x1f, 0x8b]);
const ZSTD = Buffer.from([0x28, 0xb5, 0x2f, 0xfd]);

/** Files of an archive, read where they are. To be closed. */
export interface TarFiles extends LayoutFiles, AsyncDisposable {}

/** @throws IlabError E_NOT_FOUND, E_STORE, and E_REGISTRY as `listTar` */
export async function openTarFiles(path: string, options: CallOptions): Promise<TarFiles> {
  const handle = await openRegular(path);
  try {
    await refuseCompressed(handle, path);
    const members = await listTar(handle, { ...options, name: path });
    return {
      name: path,
      size: (member) => Promise.resolve(members.get(member)?.size),
      async *read(member, { signal }) {
        const found = members.get(member);
        if (!found) throw new IlabError('E_NOT_FOUND', `${path} has no ${member}.`, { side: 'source' });
        const end = found.offset + found.size;
        for (let at = found.offset; at < end; ) {
          signal?.throwIfAborted();
          const buffer = Buffer.allocUnsafe(Math.min(PIECE, end - at));
          const { bytesRead } = await handle.read(buffer, 0, buffer.length, at);
          if (bytesRead === 0) throw noArchive(path, 'it became shorter');
          yield buffer.subarray(0, bytesRead);
          at += bytesRead;
        }
      },
      [Symbol.asyncDispose]: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw fileError(error, path);
  }
}

async function openRegular(path: string): Promise<FileHandle> {
  let handle: FileHandle | undefined;
  try {
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    if (!(await handle.stat()).isFile()) throw irregular(path);
    return handle;
  } catch (error) {
    await handle?.close();
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      throw new IlabError('E_NOT_FOUND', `There is no ${path}.`, { hint: 'Check the path.' });
    }
    throw fileError(error, path);
  }
}

async function refuseCompressed(handle: FileHandle, path: string): Promise<void> {
  const { buffer } = await handle.read(Buffer.alloc(4), 0, 4, 0);
  const how = buffer.subarray(0, 2).equals(GZIP) ? 'gunzip' : buffer.equals(ZSTD) ? 'unzstd' : undefined;
  if (how === undefined) return;
  throw new IlabError('E_REGISTRY', `${path} is compressed.`, { hint: `Unpack it first: ${how} < ${path} > models.tar`, side: 'source' });
}
