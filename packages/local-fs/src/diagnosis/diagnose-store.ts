import type { Check } from '@ilab/core';
import { errnoOf, storeError } from '../fs-errors.ts';
import { obstacleTo } from '../obstacle.ts';
import { realPath } from '../real-path.ts';
import { checkContent } from './check-content.ts';
import { checkFeatures } from './check-features.ts';
import { checkLocks } from './check-locks.ts';
import { checkMove } from './check-move.ts';
import { checkPartials } from './check-partials.ts';
import { checkPath, type UsedPath } from './check-path.ts';
import { checkSpace } from './check-space.ts';
import { checkTiers } from './check-tiers.ts';
import { checkUsers } from './check-users.ts';

export type { UsedPath };

export interface DiagnosisOptions {
  /** The models directory; need not exist. */
  readonly directory: string;
  readonly extraDirectories: readonly string[];
  /** What else is used on disk. */
  readonly paths: readonly UsedPath[];
}

/** Everything that can be told of a store by its disk. */
export function diagnoseStore({ directory, extraDirectories, paths }: DiagnosisOptions): readonly Check[] {
  const root = realPath(directory);
  const further = [
    checkFeatures(root),
    checkUsers(root),
    checkLocks(root),
    checkSpace(root),
    checkTiers(extraDirectories),
    checkContent(root),
    checkPartials(root),
    checkMove(root),
  ];
  return [checkPath({ name: 'models directory', path: directory }), ...paths.map(checkPath), ...further.map((check) => unlessForbidden(check, root))];
}

/** Where this user may not go, or no directory can be, is one finding, that of the path, and not one of every check. */
function unlessForbidden({ name, run }: Check, directory: string): Check {
  return {
    name,
    async run(options) {
      try {
        return obstacleTo(directory) ? [] : await run(options);
      } catch (error) {
        if (['EACCES', 'EPERM', 'EROFS'].includes(errnoOf(error) ?? '')) return [];
        throw storeError(error, directory);
      }
    },
  };
}
