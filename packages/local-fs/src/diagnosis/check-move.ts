import type { Check } from '@ilab/core';
import { readJournal } from '../relocation/journal.ts';

/** A move of the store that was interrupted after the configuration pointed to its new place. */
export function checkMove(directory: string): Check {
  const check = 'move';
  return {
    name: check,
    async run() {
      const journal = readJournal(directory);
      if (!journal || journal.from === directory) return [];
      const message = `The move from ${journal.from} was interrupted: what it copied is still there, too.`;
      return [{ check, state: 'warning', message, advice: `Finish it: ilab store move ${directory}` }];
    },
  };
}
