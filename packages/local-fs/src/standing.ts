import { lstatSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { isMissing } from './fs-errors.ts';

/** What has this name, itself and not what it may point to. @throws what looking there throws, unless it is not there */
export function standingAt(path: string): Stats | undefined {
  try {
    return lstatSync(path);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

/** The path, or the first of its parents that is there. */
export function nearestExisting(path: string): string {
  return standingAt(path) || path === dirname(path) ? path : nearestExisting(dirname(path));
}
