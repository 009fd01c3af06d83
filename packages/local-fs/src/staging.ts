import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { CallOptions, Digest, StagedBlob } from '@ilab/core';
import { makeDirectory } from './durable.ts';
import { isMissing, storeError } from './fs-errors.ts';
import { isOwner, isRunning, newOwner } from './process-identity.ts';

/** Places that this process holds, by blob, and those it gave up again, whichever store of it took them. */
const held = new Map<string, Promise<void>>();
const released = new Set<string>();

/**
 * Takes a place for a blob on its way in. No two holders ever write one file: what a dead one left is taken over by an atomic rename,
 * a living one of another process is left alone, and one of this process is waited for.
 */
export async function stageBlob(directory: string, digest: Digest, { signal }: CallOptions): Promise<StagedBlob> {
  const key = join(directory, digest.replace(':', '-'));
  for (let holder = held.get(key); holder; holder = held.get(key)) await unlessAborted(holder, signal);
  const { promise, resolve } = Promise.withResolvers<void>();
  held.set(key, promise);
  const path = `${key}.${newOwner()}`;
  const end = (): void => {
    if (held.get(key) === promise) held.delete(key);
    resolve();
  };
  try {
    await makeDirectory(directory);
    await adopt({ directory, key, path });
  } catch (error) {
    end();
    throw storeError(error, path);
  }
  return stagedBlob(path, end);
}

async function unlessAborted(promise: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  if (!signal) return promise;
  signal.throwIfAborted();
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  try {
    await Promise.race([promise, aborted]);
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function stagedBlob(path: string, end: () => void): StagedBlob {
  return {
    path,
    async directory() {
      const unpacked = `${path}.d`;
      await rm(unpacked, { recursive: true, force: true });
      await mkdir(unpacked);
      return unpacked;
    },
    async release() {
      await rm(`${path}.d`, { recursive: true, force: true });
      if (existsSync(path)) released.add(path);
      end();
    },
    async discard() {
      for (const left of [path, `${path}.journal`, `${path}.d`]) await rm(left, { recursive: true, force: true });
      end();
    },
  };
}

/** Takes the largest part that nobody holds any more; its journal comes along, and without one the transfer starts again. */
async function adopt({ directory, key, path }: { directory: string; key: string; path: string }): Promise<void> {
  const abandoned = readdirSync(directory)
    .map((entry) => join(directory, entry))
    .filter((candidate) => candidate.startsWith(`${key}.`) && isAbandoned(candidate, key));
  const sized = await Promise.all(abandoned.map(async (candidate) => ({ candidate, size: await sizeOf(candidate) })));
  for (const { candidate } of sized.sort((a, b) => b.size - a.size)) {
    try {
      await rename(candidate, path);
      released.delete(candidate);
      await rename(`${candidate}.journal`, `${path}.journal`).catch(unlessMissing);
      return;
    } catch (error) {
      unlessMissing(error); // Another one took it first.
    }
  }
}

function isAbandoned(candidate: string, key: string): boolean {
  const owner = candidate.slice(key.length + 1);
  return isOwner(owner) && (released.has(candidate) || !isRunning(owner));
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}

function unlessMissing(error: unknown): void {
  if (!isMissing(error)) throw error;
}
