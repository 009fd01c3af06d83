import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '@ilab/core';
import { isMissing } from '../fs-errors.ts';
import { STORE } from '../layout.ts';
import { isOwner, isRunning } from '../process-identity.ts';

/** Bytes that interrupted downloads left, for the next ones to go on from. */
export function checkPartials(directory: string): Check {
  const check = 'interrupted downloads';
  return {
    name: check,
    async run() {
      const bytes = abandonedBytes(join(directory, STORE, 'ingest'));
      if (bytes === 0) return [{ check, state: 'ok', message: 'None has left anything.' }];
      const message = `${(bytes / 1e6).toFixed(1)} MB are kept of downloads that did not get to their end.`;
      return [{ check, state: 'warning', message, advice: 'Run the download again: it goes on from them.' }];
    },
  };
}

function abandonedBytes(ingest: string): number {
  let bytes = 0;
  for (const entry of entriesOf(ingest)) {
    const owner = entry.slice(entry.indexOf('.') + 1);
    const stats = statSync(join(ingest, entry), { throwIfNoEntry: false });
    // Blocks of 512 bytes: a part may have holes.
    if (stats?.isFile() && isOwner(owner) && !isRunning(owner)) bytes += Math.min(stats.size, stats.blocks * 512);
  }
  return bytes;
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}
