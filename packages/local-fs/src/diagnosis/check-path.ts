import { accessSync, constants } from 'node:fs';
import type { Check, Finding } from '@ilab/core';
import { errnoOf, firstForbidden, isMissing } from '../fs-errors.ts';
import { nearestExisting, standingAt } from '../standing.ts';

/** A path that ilab uses. */
export interface UsedPath {
  /** As users call it: `models directory`. */
  readonly name: string;
  readonly path: string;
  readonly use: 'read' | 'write';
}

/** Whether a path can be used as it has to be; else which part of it stands in the way. */
export function checkPath({ name, path, use }: UsedPath): Check {
  return {
    name,
    async run() {
      try {
        return [look({ name, path, use })];
      } catch (error) {
        return [problem({ name, path, use }, error)];
      }
    },
  };
}

function look({ name, path, use }: UsedPath): Finding {
  const there = standingAt(path) !== undefined;
  if (!there && use === 'read') return { check: name, state: 'ok', message: `${path} is not there, and need not be.` };
  const place = nearestExisting(path);
  if (use === 'write' && standingAt(place)?.isFile()) return inTheWay({ name, path, use }, place);
  accessSync(place, use === 'write' ? constants.R_OK | constants.W_OK | constants.X_OK : constants.R_OK);
  const can = use === 'write' ? 'can be read and written' : 'can be read';
  return { check: name, state: 'ok', message: there ? `${path} ${can}.` : `${path} is not there yet, and can be made.` };
}

function inTheWay({ name, path }: UsedPath, file: string): Finding {
  const message = `${path} can't be made: ${file} is a file.`;
  return { check: name, state: 'problem', message, advice: 'Move it away, or set another path.', code: 'E_STORE' };
}

function problem({ name, path, use }: UsedPath, error: unknown): Finding {
  const code = use === 'write' ? 'E_STORE' : 'E_BAD_CONFIG';
  if (isMissing(error)) {
    return {
      check: name,
      state: 'problem',
      message: `${path} is a link to what is not there.`,
      advice: 'Mount the disk that it leads to, or set another path.',
      code,
    };
  }
  if (errnoOf(error) === 'EROFS') {
    return {
      check: name,
      state: 'problem',
      message: `${path} is on a file system that is read-only.`,
      advice: 'Set a directory on another one: models.dir.',
      code,
    };
  }
  const part = firstForbidden(path);
  const message = `${path} can't be ${use === 'write' ? 'written' : 'read'}: no permission on ${part}.`;
  return { check: name, state: 'problem', message, advice: `Look at its owner and mode (ls -ld ${part}), or set another path.`, code };
}
