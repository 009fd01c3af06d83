import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallOptions } from '@ilab/core';
import { makeDirectory } from './durable.ts';
import { storeError } from './fs-errors.ts';
import { STORE } from './layout.ts';
import { newOwner } from './process-identity.ts';
import { realPath } from './real-path.ts';

/** Of files that hold what could be read once only; prune knows them by it. */
const SPOOLED = 'spooled';

/** A file that is removed when it is disposed of. */
export interface SpooledFile extends AsyncDisposable {
  /** Absolute. */
  readonly path: string;
}

/**
 * Keeps what can be read once only as a file, on the disk of a models directory, which has room for models.
 * @throws IlabError E_NO_SPACE, E_STORE, and what `bytes` throws
 */
export async function spool(directory: string, bytes: AsyncIterable<Uint8Array>, { signal }: CallOptions): Promise<SpooledFile> {
  const ingest = join(realPath(directory), STORE, 'ingest');
  const path = join(ingest, `${SPOOLED}.${newOwner()}`);
  const remove = (): Promise<void> => rm(path, { force: true });
  try {
    await makeDirectory(ingest);
    const handle = await open(path, 'wx', 0o600);
    try {
      for await (const piece of bytes) {
        signal?.throwIfAborted();
        await handle.writeFile(piece);
      }
    } finally {
      await handle.close();
    }
    return { path, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove().catch(() => undefined);
    throw signal?.aborted ? error : storeError(error, path);
  }
}
