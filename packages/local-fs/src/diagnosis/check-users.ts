import { statSync } from 'node:fs';
import type { Check } from '@ilab/core';
import { isShared } from '../shared-modes.ts';
import { ownersOf } from './owners.ts';

/** Whether a store that several users keep is one that all of them can keep. */
export function checkUsers(directory: string): Check {
  const check = 'users';
  return {
    name: check,
    async run() {
      const mode = statSync(directory, { throwIfNoEntry: false })?.mode;
      if (mode === undefined || process.platform === 'win32') return [];
      if (isShared(directory))
        return [{ check, state: 'ok', message: 'The store is shared by a group: what one of it brings, all of it can use and replace.' }];
      const owners = ownersOf(directory);
      if (owners.size < 2) return [{ check, state: 'ok', message: 'The store is one user’s.' }];
      const message = `The store has files of ${owners.size} users, and its directory is not shared by a group: what one brings, another can't replace.`;
      const advice = `Give it to a group: chgrp -R GROUP ${directory} && find ${directory} -type d -exec chmod g+rwxs {} +`;
      return [{ check, state: 'warning', message, advice }];
    },
  };
}
