import { CARRIED_KEYS } from '@ilab/sdk/config-schema';
import { expect, it } from 'vitest';
import { chatSettings } from '../src/chat/chat-settings.ts';
import { serveSettings } from '../src/serve/settings.ts';

/** A key that is read and not in the list is one whose slips nobody is told of. */
it('every key that commands read of InstructLab’s sections is one whose slips are told', () => {
  const asked = new Set<string>();
  const get = (key: string): undefined => void asked.add(key);
  serveSettings({ get });
  chatSettings({}, get);
  expect([...asked].toSorted()).toEqual([...CARRIED_KEYS]);
});
