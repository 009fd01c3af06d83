import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { chmod, copyFile, link, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { renameDurably } from './durable.ts';
import { errnoOf } from './fs-errors.ts';
import { sha256Of, type Watch } from './sha256-of.ts';

/** Ways to give a file another name, best first. */
const WAYS = [reflink, hardLink, copy] as const;

export interface ShareOptions extends Watch {
  /** The final name. */
  readonly to: string;
  /** A directory on the target's device. */
  readonly staging: string;
  /** What the bytes have to be, in hex; without it they are taken as they are. */
  readonly sha256?: string;
}

/**
 * Gives equal bytes a second place: by reflink where the file system can, else by hard link, else by copy. The new name appears whole
 * and synced, or not at all.
 * @returns whether the bytes were what they have to be
 */
export async function shareBytes(from: string, { to, staging, sha256, ...watch }: ShareOptions): Promise<boolean> {
  const temporary = join(staging, `.share-${randomBytes(8).toString('hex')}`);
  try {
    for (const [index, way] of WAYS.entries()) {
      try {
        await way(from, temporary);
        break;
      } catch (error) {
        if (index === WAYS.length - 1 || errnoOf(error) === 'ENOENT') throw error;
        await remove(temporary);
      }
    }
    // What is hashed is what gets the name.
    if (sha256 !== undefined && (await hashAt(temporary, watch)) !== sha256) return false;
    await renameDurably(temporary, to);
    return true;
  } finally {
    // Renaming one name of a file onto another of its names does nothing, and leaves this one.
    await remove(temporary);
  }
}

async function hashAt(path: string, watch: Watch): Promise<string> {
  const handle = await open(path, 'r');
  try {
    return await sha256Of(handle, watch);
  } finally {
    await handle.close();
  }
}

async function reflink(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
  await seal(to);
}

async function hardLink(from: string, to: string): Promise<void> {
  await link(from, to);
}

async function copy(from: string, to: string): Promise<void> {
  await copyFile(from, to, constants.COPYFILE_EXCL);
  await seal(to);
}

async function seal(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await chmod(path, 0o444);
}

async function remove(path: string): Promise<void> {
  await unlink(path).catch(() => undefined);
}
