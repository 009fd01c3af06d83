import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Digest } from '@ilab/core';
import { isOwner, isRunning } from './process-identity.ts';

const BLOCK = 512;

/** Bytes of disk that abandoned parts of these blobs take up: a download goes on with the largest of each, so that they need no room. */
export function partialBytes(ingest: string, blobs: readonly Digest[]): number {
  const entries = entriesOf(ingest);
  return [...new Set(blobs)].reduce((sum, digest) => {
    const prefix = `${digest.replace(':', '-')}.`;
    const parts = entries.filter((entry) => entry.startsWith(prefix) && isAbandoned(entry.slice(prefix.length)));
    return sum + Math.max(0, ...parts.map((part) => (statSync(join(ingest, part), { throwIfNoEntry: false })?.blocks ?? 0) * BLOCK));
  }, 0);
}

function isAbandoned(owner: string): boolean {
  return isOwner(owner) && !isRunning(owner);
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // Nothing was ever staged here, or it will be told when something is.
  }
}
