import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { temporaryDirectory } from './temporary-store.ts';

const MEMORY = '/dev/shm';

/** Why there is no directory on another file system than the one for temporary files; undefined when there is. */
export const noOtherDevice: string | undefined =
  statSync(MEMORY, { throwIfNoEntry: false }) && statSync(MEMORY).dev !== statSync(tmpdir()).dev ? undefined : `no second file system at ${MEMORY}`;

export function directoryElsewhere(): string {
  return temporaryDirectory(MEMORY);
}
