import { statSync } from 'node:fs';
import { IlabError } from '@ilab/core';
import { isMissing, storeError } from './fs-errors.ts';
import { nearestExisting } from './standing.ts';

/** What keeps a directory from being at a path: a file there or on the way to it, or a link that leads nowhere. */
export interface Obstacle {
  readonly place: string;
  readonly kind: 'file' | 'dangling link';
}

/** @throws what looking there throws, as where this user may not go */
export function obstacleTo(path: string): Obstacle | undefined {
  const place = nearestExisting(path);
  try {
    return statSync(place).isDirectory() ? undefined : { place, kind: 'file' };
  } catch (error) {
    if (isMissing(error)) return { place, kind: 'dangling link' };
    throw error;
  }
}

/** What an obstacle is, as the end of a sentence about a path. */
export function describeObstacle({ place, kind }: Obstacle, path: string): string {
  const what = place === path ? 'it' : place;
  return kind === 'file' ? `${what} is a file` : `${what} is a link to what is not there`;
}

/**
 * Refuses a models directory where there can't be one; an empty list would be a lie about it. One that is only not there yet is none.
 * @throws IlabError E_STORE, also where this user may not look
 */
export function refuseObstacle(directory: string): void {
  const obstacle = lookFor(directory);
  if (!obstacle) return;
  const { kind } = obstacle;
  throw new IlabError('E_STORE', `${directory} can’t be the models directory: ${describeObstacle(obstacle, directory)}.`, {
    hint: `${kind === 'file' ? 'Name a directory' : 'Mount the disk that it leads to, or name another directory'}, with --store, ILAB_MODELS_DIR or models.dir.`,
    details: { directory, place: obstacle.place },
  });
}

function lookFor(directory: string): Obstacle | undefined {
  try {
    return obstacleTo(directory);
  } catch (error) {
    throw storeError(error, directory);
  }
}
