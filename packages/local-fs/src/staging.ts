import { accessSync, chmodSync, constants, readdirSync, statSync } from 'node:fs';
import { lstat, mkdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Digest, StagedBlob, StageOptions } from '@ilab/core';
import { makeDirectory } from './durable.ts';
import { storeError, unlessMissing } from './fs-errors.ts';
import type { HeldLock, Locks } from './locks/locks.ts';
import { waitForLock } from './locks/wait-for-lock.ts';
import { isElsewhere, isOwner, isRunning, newOwner, ownerOfNone } from './process-identity.ts';

/** Where bytes on their way in lie, and the locks on them, both on one device. */
export interface Staging {
  readonly directory: string;
  readonly locks: Locks;
}

/**
 * Takes the place for a blob on its way in. The lock makes everybody else wait; without one the bytes come twice and stay right all the
 * same: no two holders ever write one file, and what a dead one left is taken over by an atomic rename.
 */
export async function stageBlob({ directory, locks }: Staging, digest: Digest, options: StageOptions): Promise<StagedBlob> {
  const name = digest.replace(':', '-');
  const key = join(directory, name);
  const path = `${key}.${newOwner()}`;
  try {
    await makeDirectory(directory);
    const lock = await lockOrGoOn(locks, name, options);
    try {
      await adopt({ directory, key, path, alone: lock.kernel });
    } catch (error) {
      lock.release();
      throw error;
    }
    return stagedBlob({ path, key, lock });
  } catch (error) {
    throw options.signal?.aborted ? error : storeError(error, path);
  }
}

/** A lock only saves bandwidth, so one that can't be had is gone without. */
async function lockOrGoOn(locks: Locks, name: string, options: StageOptions): Promise<HeldLock & { readonly kernel: boolean }> {
  try {
    return { ...(await waitForLock(locks, name, { ...options, purpose: 'download' })), kernel: locks.kernel };
  } catch (error) {
    if (options.signal?.aborted || !locks.kernel) throw error;
    return { release() {}, kernel: false };
  }
}

function stagedBlob({ path, key, lock }: { readonly path: string; readonly key: string; readonly lock: HeldLock }): StagedBlob {
  let ended = false;
  const end = (): void => {
    ended = true;
    lock.release();
  };
  return {
    path,
    async directory() {
      const unpacked = `${path}.d`;
      await rm(unpacked, { recursive: true, force: true });
      await mkdir(unpacked);
      return unpacked;
    },
    async release() {
      if (ended) return;
      try {
        await rm(`${path}.d`, { recursive: true, force: true });
        await move(path, `${key}.${ownerOfNone()}`);
      } catch {
        // It came under its final name, or else stays under this process's until that has ended.
      } finally {
        end();
      }
    },
    async discard() {
      try {
        for (const left of [path, `${path}.journal`, `${path}.d`]) await rm(left, { recursive: true, force: true });
      } catch (error) {
        throw storeError(error, path);
      } finally {
        end();
      }
    },
  };
}

type Adoption = { readonly directory: string; readonly key: string; readonly path: string; readonly alone: boolean };

/** Takes the largest part that nobody holds any more. */
async function adopt({ directory, key, path, alone }: Adoption): Promise<void> {
  const prefix = `${basename(key)}.`;
  const abandoned = readdirSync(directory)
    .filter((entry) => entry.startsWith(prefix) && isAbandoned(entry.slice(prefix.length), alone))
    .map((entry) => join(directory, entry));
  const sized = await Promise.all(abandoned.map(async (candidate) => ({ candidate, size: await sizeOf(candidate) })));
  for (const { candidate } of sized.filter(({ size }) => size >= 0).sort((a, b) => b.size - a.size)) {
    if (!canWrite(candidate)) continue;
    try {
      return await move(candidate, path);
    } catch (error) {
      unlessMissing(error); // Another one took it first.
    }
  }
}

/** A part and its journal, without which the transfer would start again. */
async function move(from: string, to: string): Promise<void> {
  await rename(from, to);
  await rename(`${from}.journal`, `${to}.journal`).catch(unlessMissing);
}

/** Whoever has the kernel's lock knows that nobody elsewhere has it, though it can't ask there. */
function isAbandoned(owner: string, alone: boolean): boolean {
  return isOwner(owner) && (!isRunning(owner) || (alone && isElsewhere(owner)));
}

/** What another user of a shared store left may not be for this one to write; one's own may have been sealed before it got its name. */
function canWrite(path: string): boolean {
  try {
    if ((statSync(path).mode & 0o200) === 0) chmodSync(path, 0o644);
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** -1 for what a download can't have left: through a link, or another name of the same file, it would write elsewhere. */
async function sizeOf(path: string): Promise<number> {
  try {
    const stats = await lstat(path);
    return stats.isFile() && stats.nlink === 1 ? stats.size : -1;
  } catch {
    return -1;
  }
}
