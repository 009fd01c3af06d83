import { accessSync, constants } from 'node:fs';
import type { Check, Finding } from '@ilab/core';
import { describeObstacle, obstacleTo } from '../obstacle.ts';
import { isOffline } from '../scan-tier.ts';

/** Read-only stores: there, offline, or closed to this user. */
export function checkTiers(directories: readonly string[]): Check {
  return { name: 'read-only store', run: async () => directories.map(look) };
}

function look(directory: string): Finding {
  const check = 'read-only store';
  if (isOffline(directory)) {
    return { check, state: 'warning', message: `${directory} is offline.`, advice: 'Mount it, or take it out of models.extra_dirs.' };
  }
  const obstacle = obstacleTo(directory);
  if (obstacle) {
    const message = `${directory} is no directory: ${describeObstacle(obstacle, directory)}.`;
    return { check, state: 'problem', message, advice: 'Set the right one in models.extra_dirs.', code: 'E_STORE' };
  }
  try {
    accessSync(directory, constants.R_OK | constants.X_OK);
    return { check, state: 'ok', message: `${directory} can be read.` };
  } catch {
    const advice = `Ask whoever keeps it to let you read it (ls -ld ${directory}).`;
    return { check, state: 'problem', message: `${directory} is there and can't be read.`, advice, code: 'E_STORE' };
  }
}
