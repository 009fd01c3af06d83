import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cache, SnapshotId } from '@ilab/core';

/** The text of a file that stands in a snapshot. */
export async function contentOf(cache: Cache, snapshot: SnapshotId, path: string): Promise<string> {
  const stored = await cache.snapshot(snapshot, {});
  return readFile(join(stored?.path ?? '', path), 'utf8');
}
