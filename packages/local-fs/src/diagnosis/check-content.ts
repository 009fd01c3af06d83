import type { BrokenItem, Check } from '@ilab/core';
import { scanRepositories } from '../scan-repositories.ts';

const SHOWN = 3;

/** Things in the store that can't be read. */
export function checkContent(directory: string): Check {
  const check = 'models';
  return {
    name: check,
    async run() {
      // The directory itself has a check of its own.
      const items = [...scanRepositories(directory, 'own')].filter(({ path }) => path !== directory);
      const broken = items.filter((item): item is BrokenItem => item.kind === 'broken');
      if (broken.length === 0) return [{ check, state: 'ok', message: `Everything in the store can be read; repositories: ${items.length}.` }];
      const some = broken.slice(0, SHOWN).map(({ name, reason }) => `${name} (${reason})`);
      const more = broken.length > SHOWN ? `, and ${broken.length - SHOWN} more` : '';
      const advice = 'Remove each and fetch it again: ilab model remove NAME; ilab model list shows all.';
      return [{ check, state: 'problem', message: `${broken.length} broken in the store: ${some.join(', ')}${more}.`, advice, code: 'E_STORE' }];
    },
  };
}
