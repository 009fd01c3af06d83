import { chmodSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** Lets whoever may write a directory write what was just made in it, too, whatever umask its maker has: several users may have one store. */
export function shareMode(path: string): void {
  try {
    const { mode } = statSync(dirname(path));
    chmodSync(path, mode & (statSync(path).isDirectory() ? 0o7777 : 0o666));
  } catch {
    // It has gone, or is another user's, who did the same.
  }
}
