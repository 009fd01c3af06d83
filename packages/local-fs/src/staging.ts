import { readdirSync } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest, StagedBlob } from '@ilab/core';
import { makeDirectory } from './durable.ts';
import { isMissing, storeError } from './fs-errors.ts';
import { isOwner, isRunning, isSelf, newOwner } from './process-identity.ts';

/** Bytes on their way in, by digest. */
export interface Staging {
  /**
   * Takes a place for a blob. No two holders ever write one file: what a dead one left is taken over by an atomic rename, a living
   * one of another process is left alone, and one of this process is waited for.
   */
  stage(directory: string, digest: Digest): Promise<StagedBlob>;
}

export function createStaging(): Staging {
  const held = new Map<string, Promise<void>>();
  const inUse = new Set<string>();
  return {
    async stage(directory, digest) {
      const key = join(directory, digest.replace(':', '-'));
      while (held.has(key)) await held.get(key);
      const { promise, resolve } = Promise.withResolvers<void>();
      held.set(key, promise);
      const path = `${key}.${newOwner()}`;
      const end = (): void => {
        inUse.delete(path);
        held.delete(key);
        resolve();
      };
      inUse.add(path);
      try {
        await makeDirectory(directory);
        await adopt({ directory, key, path, inUse });
      } catch (error) {
        end();
        throw storeError(error, path);
      }
      return stagedBlob(path, end);
    },
  };
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
      end();
    },
    async discard() {
      for (const left of [path, `${path}.journal`, `${path}.d`]) await rm(left, { recursive: true, force: true });
      end();
    },
  };
}

/** Takes the largest part that nobody holds any more; its journal comes along, and without one the transfer starts again. */
async function adopt({ directory, key, path, inUse }: { directory: string; key: string; path: string; inUse: ReadonlySet<string> }): Promise<void> {
  const abandoned = readdirSync(directory)
    .map((entry) => join(directory, entry))
    .filter((candidate) => candidate.startsWith(`${key}.`) && isAbandoned(candidate, key, inUse));
  const sized = await Promise.all(abandoned.map(async (candidate) => ({ candidate, size: await sizeOf(candidate) })));
  for (const { candidate } of sized.sort((a, b) => b.size - a.size)) {
    try {
      await rename(candidate, path);
      await rename(`${candidate}.journal`, `${path}.journal`).catch(unlessMissing);
      return;
    } catch (error) {
      unlessMissing(error); // Another one took it first.
    }
  }
}

function isAbandoned(candidate: string, key: string, inUse: ReadonlySet<string>): boolean {
  const owner = candidate.slice(key.length + 1);
  if (!isOwner(owner)) return false;
  return isSelf(owner) ? !inUse.has(candidate) : !isRunning(owner);
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
