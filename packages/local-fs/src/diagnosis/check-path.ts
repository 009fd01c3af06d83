import { accessSync, constants } from 'node:fs';
import type { Check, Finding } from '@ilab/core';
import { errnoOf, firstForbidden } from '../fs-errors.ts';
import { describeObstacle, obstacleTo } from '../obstacle.ts';
import { nearestExisting } from '../standing.ts';

/** A directory that ilab reads and writes. */
export interface UsedPath {
  /** As users call it: `models directory`. */
  readonly name: string;
  readonly path: string;
}

/** Whether a directory can be used, or made; else which part of its path stands in the way. */
export function checkPath({ name, path }: UsedPath): Check {
  return {
    name,
    async run() {
      try {
        return [look({ name, path })];
      } catch (error) {
        return [problem({ name, path }, error)];
      }
    },
  };
}

function look({ name, path }: UsedPath): Finding {
  const obstacle = obstacleTo(path);
  if (obstacle) {
    const advice = obstacle.kind === 'file' ? 'Move it away, or set another path.' : 'Mount the disk that it leads to, or set another path.';
    return { check: name, state: 'problem', message: `${path} can't be used: ${describeObstacle(obstacle, path)}.`, advice, code: 'E_STORE' };
  }
  const place = nearestExisting(path);
  accessSync(place, constants.R_OK | constants.W_OK | constants.X_OK);
  return { check: name, state: 'ok', message: place === path ? `${path} can be read and written.` : `${path} is not there yet, and can be made.` };
}

function problem({ name, path }: UsedPath, error: unknown): Finding {
  const common = { check: name, state: 'problem', code: 'E_STORE' } as const;
  if (errnoOf(error) === 'EROFS') return { ...common, message: `${path} is on a file system that is read-only.`, advice: 'Set a directory on another one.' };
  const part = firstForbidden(path);
  return {
    ...common,
    message: `${path} can't be used: no permission on ${part}.`,
    advice: `Look at its owner and mode (ls -ld ${part}), or set another path.`,
  };
}
