import { lstatSync, readlinkSync, statSync, type Stats } from 'node:fs';
import { link, lutimes, mkdir, readlink, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IlabError, type Progress } from '@ilab/core';
import { makeDirectory, syncDirectory } from '../durable.ts';
import { errnoOf } from '../fs-errors.ts';
import { newOwner } from '../process-identity.ts';
import { standingAt } from '../standing.ts';
import { copyFileChecked, takeOver } from './copy-file.ts';
import type { CopiedFile } from './journal.ts';
import { knownHashes } from './known-hashes.ts';
import { movedLink } from './moved-link.ts';
import { MOVING, type TreeEntry, walkTree } from './walk-tree.ts';

/** Smaller files are copied again by a move that goes on: one of them may be a record that was replaced meanwhile. */
const SMALL = 1024 * 1024;
/** File systems keep times in steps of up to two seconds. */
const TIME_STEP = 2000;

export interface TreeCopy {
  readonly from: string;
  readonly to: string;
  readonly progress: Progress;
  readonly signal: AbortSignal | undefined;
}

/** What was copied, and what of it was damaged before. */
export interface CopiedTree {
  readonly copied: readonly CopiedFile[];
  readonly damaged: readonly string[];
}

/**
 * Copies a store, hard links as hard links, and goes on where an earlier copy of it ended. What changes meanwhile is copied again,
 * until nothing does.
 */
export async function copyTree({ from, to, progress, signal }: TreeCopy): Promise<CopiedTree> {
  const staging = join(to, MOVING);
  await rm(staging, { recursive: true, force: true });
  await makeDirectory(staging);
  const hashes = knownHashes(from);
  const copied = new Map<string, CopiedFile>();
  const damaged = new Set<string>();
  const firstNames = new Map<string, string>();

  const copyFile = async ({ path, stats }: TreeEntry, place: string): Promise<void> => {
    const task = progress.begin({ label: path, size: stats.size });
    if (isCopyOf(place, stats)) return task.end('linked');
    const sha256 = await copyFileChecked({ from: join(from, path), to: place, stats, staging, task, signal });
    task.end('fetched');
    if ((hashes.get(path) ?? sha256) !== sha256) damaged.add(path);
  };
  const copyOne = async ({ path, stats }: TreeEntry): Promise<void> => {
    const place = join(to, path);
    if (stats.isDirectory()) return makeLikeDirectory(place);
    if (stats.isSymbolicLink()) return copyLink({ path, stats, place, from, to, staging });
    if (!stats.isFile()) throw new IlabError('E_STORE', `${join(from, path)} is neither a file, a link nor a directory.`, { hint: 'Move it away.' });
    const inode = `${stats.dev} ${stats.ino}`;
    const first = firstNames.get(inode);
    if (first === undefined || !(await linkTo(first, place, staging))) await copyFile({ path, stats }, place);
    if (stats.nlink > 1) firstNames.set(inode, place);
  };

  for (let changed = notYet(from, copied); changed.length > 0; changed = notYet(from, copied)) {
    for (const entry of changed) {
      signal?.throwIfAborted();
      await copyOne(entry);
      copied.set(entry.path, describe(entry));
    }
  }
  const directories = [...walkTree(from)].filter(({ stats }) => stats.isDirectory());
  for (const { path, stats } of directories.reverse()) {
    await syncDirectory(join(to, path));
    await takeOver(join(to, path), stats);
  }
  await rm(staging, { recursive: true, force: true });
  await syncDirectory(to);
  return { copied: [...copied.values()], damaged: [...damaged] };
}

export function describe({ path, stats }: TreeEntry): CopiedFile {
  return [path, stats.size, stats.mtimeMs, stats.ino];
}

/** A directory's own size and times say nothing of what is in it. */
export function isSame([, size, modified, inode]: CopiedFile, stats: Stats): boolean {
  return stats.isDirectory() ? inode === stats.ino : size === stats.size && modified === stats.mtimeMs && inode === stats.ino;
}

function notYet(root: string, copied: ReadonlyMap<string, CopiedFile>): readonly TreeEntry[] {
  return [...walkTree(root)].filter(({ path, stats }) => {
    const known = copied.get(path);
    return !known || !isSame(known, stats);
  });
}

/** Whether an earlier, interrupted copy brought this file: it has its name only because it was checked. */
export function isCopyOf(place: string, stats: Stats): boolean {
  const standing = standingAt(place);
  return standing?.isFile() === true && stats.size >= SMALL && standing.size === stats.size && Math.abs(standing.mtimeMs - stats.mtimeMs) < TIME_STEP;
}

async function makeLikeDirectory(place: string): Promise<void> {
  try {
    await mkdir(place, 0o700);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST' || !statSync(place).isDirectory()) throw error;
  }
  await syncDirectory(dirname(place));
}

type LinkCopy = TreeEntry & { readonly place: string; readonly from: string; readonly to: string; readonly staging: string };

async function copyLink({ path, stats, place, from, to, staging }: LinkCopy): Promise<void> {
  const target = movedLink(readlinkSync(join(from, path)), path, { from, to });
  if ((await readlink(place).catch(() => undefined)) === target) return;
  const temporary = join(staging, newOwner());
  await symlink(target, temporary);
  await lutimes(temporary, stats.atimeMs / 1000, stats.mtimeMs / 1000).catch(() => undefined);
  await rename(temporary, place);
}

/** Gives a file its second name. @returns whether the file system can */
async function linkTo(first: string, place: string, staging: string): Promise<boolean> {
  if (standingAt(place)?.ino === lstatSync(first).ino) return true;
  const temporary = join(staging, newOwner());
  try {
    await link(first, temporary);
    await rename(temporary, place);
    return true;
  } catch (error) {
    if (['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS'].includes(errnoOf(error) ?? '')) return false;
    throw error;
  }
}
