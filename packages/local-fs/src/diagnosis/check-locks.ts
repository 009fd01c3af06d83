import type { Check } from '@ilab/core';
import { locksIn } from '../locks/locks-in.ts';
import { locksAreTrusted } from '../locks/locks-are-trusted.ts';
import { standingAt } from '../standing.ts';
import { fileSystemOf } from './file-system.ts';

/** What locks are good for here. Hashes keep the store right; locks spare bandwidth, and protect what is removed. */
export function checkLocks(directory: string): Check {
  const check = 'locks';
  return {
    name: check,
    async run() {
      if (!standingAt(directory)) return [];
      const system = fileSystemOf(directory);
      if (locksIn(directory).kernel) return [{ check, state: 'ok', message: `The store is on ${system}, whose locks keep processes from one another.` }];
      const why = locksAreTrusted(directory) ? 'This Node has no node:sqlite, which locks files' : `Locks on ${system} can’t be trusted`;
      return [
        {
          check,
          state: 'warning',
          message: `${why}: models are kept right by their hashes, but may be fetched twice, and nothing is removed, pruned or moved.`,
          hint: 'Keep the models on a local disk (models.dir), with this directory as a read-only tier (models.extra_dirs).',
        },
      ];
    },
  };
}
