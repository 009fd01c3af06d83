import { constants } from 'node:fs';
import { chmod, copyFile, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { VerifiedFile } from '@ilab/core';
import { newOwner } from '../process-identity.ts';
import { hasBytes } from './same-bytes.ts';

/**
 * Copies a file of the store, by reflink where the file system can: never by hard link, since the user may edit what is theirs.
 * @returns the synced copy; undefined when the store's file no longer has its bytes
 */
export async function copyVerified(
  from: string,
  { staging, file }: { readonly staging: string; readonly file: Pick<VerifiedFile, 'size' | 'sha256'> },
): Promise<string | undefined> {
  const copy = join(staging, `copy-${file.sha256}.${newOwner()}`);
  try {
    await copyFile(from, copy, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await chmod(copy, 0o600);
    if (await hasBytes(copy, { size: file.size, digest: `sha256:${file.sha256}` }, {})) {
      await sync(copy);
      return copy;
    }
  } catch (error) {
    await rm(copy, { force: true });
    throw error;
  }
  await rm(copy, { force: true });
  return undefined;
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r+');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
