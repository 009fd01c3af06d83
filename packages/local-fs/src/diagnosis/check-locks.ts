import type { Check } from '@ilab/core';
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
      const message = `The store is on ${system}. Processes of this machine see one another's leases; what they write is kept right by hashes, not by locks.`;
      return [{ check, state: 'ok', message }];
    },
  };
}
