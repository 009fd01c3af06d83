import { randomBytes } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { chmod, copyFile, type FileHandle, link, lstat, open, statfs, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Adoption, type Donation, noSpace } from '@ilab/core';
import { renameDurably } from './durable.ts';
import { openRegular, Unreadable } from './open-regular.ts';
import { sha256Of, type Watch } from './sha256-of.ts';

export interface AdoptOptions extends Watch {
  /** The final name. */
  readonly to: string;
  /** A directory on the target's device. */
  readonly staging: string;
}

/** What every file of a snapshot has: nobody writes into it by accident. */
const SEALED = 0o444;

interface Taking extends Watch {
  readonly donation: Donation;
  /** The donated file, open for reading. */
  readonly source: FileHandle;
  readonly stats: Stats;
  readonly temporary: string;
}

/** Makes the temporary file. @returns the sha256 of what is in it now, or undefined where this way can't be gone */
type Way = (taking: Taking) => Promise<string | undefined>;

/**
 * Puts a file in place from another tool's, by reflink, hard link or copy, whichever is possible first. What is hashed is what is put in
 * place, so that the tool may do with its own file what it likes meanwhile.
 */
export async function adoptDonation(
  wanted: { readonly sha256: string; readonly size: number },
  donation: Donation,
  { to, staging, ...watch }: AdoptOptions,
): Promise<Adoption> {
  const temporary = join(staging, `.donated-${randomBytes(8).toString('hex')}`);
  const source = await openRegular(donation.path);
  if (!source) return 'gone';
  try {
    const stats = await source.stat();
    if (stats.size !== wanted.size) return 'unlike';
    const sha256 = await takeBestWay({ donation, source, stats, temporary, ...watch });
    if (sha256 !== wanted.sha256) return 'unlike';
    await renameDurably(temporary, to);
    return 'adopted';
  } catch (error) {
    if (error instanceof Unreadable) return 'gone';
    throw error;
  } finally {
    await source.close();
    await remove(temporary);
  }
}

async function takeBestWay(taking: Taking): Promise<string | undefined> {
  for (const way of [reflink, hardLink]) {
    const sha256 = await way(taking);
    if (sha256 !== undefined) return sha256;
    await remove(taking.temporary);
  }
  return copy(taking);
}

const reflink: Way = async ({ donation, temporary, ...watch }) => {
  try {
    await copyFile(donation.path, temporary, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
  } catch {
    return undefined;
  }
  const clone = await open(temporary, 'r');
  try {
    const sha256 = await sha256Of(clone, watch);
    await seal(clone, temporary);
    return sha256;
  } finally {
    await clone.close();
  }
};

/**
 * One file under two names has one mode and one owner, and neither is ours to change. So it must be what a sealed file is already, of a
 * tool that replaces its files and never writes into one.
 */
const hardLink: Way = async ({ donation, source, stats, temporary, ...watch }) => {
  const isSealed = (stats.mode & 0o7777) === SEALED;
  if (!donation.mayLink || !isSealed || stats.uid !== process.geteuid?.()) return undefined;
  try {
    await link(donation.path, temporary);
    const linked = await lstat(temporary);
    if (linked.ino !== stats.ino || linked.dev !== stats.dev) return undefined;
  } catch {
    return undefined;
  }
  const sha256 = await sha256Of(source, watch);
  await source.sync();
  return sha256;
};

async function copy({ source, stats, temporary, ...watch }: Taking): Promise<string> {
  await checkSpace(stats.size, dirname(temporary));
  const target = await open(temporary, 'wx', 0o600);
  try {
    const sha256 = await sha256Of(source, watch, async (chunk) => {
      for (let written = 0; written < chunk.length; ) written += (await target.write(chunk, written)).bytesWritten;
    });
    await seal(target, temporary);
    return sha256;
  } finally {
    await target.close();
  }
}

async function checkSpace(needed: number, directory: string): Promise<void> {
  const { bavail, bsize } = await statfs(directory);
  if (needed <= bavail * bsize) return;
  const hint = 'Free some space, or use a models directory on the disk where the bytes are, with --store.';
  throw noSpace({ what: 'A copy needs', needed, available: bavail * bsize, path: directory, hint });
}

async function seal(file: FileHandle, path: string): Promise<void> {
  await chmod(path, SEALED);
  await file.sync();
}

async function remove(path: string): Promise<void> {
  await unlink(path).catch(() => undefined);
}
