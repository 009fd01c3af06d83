import { join } from 'node:path';
import type { Locks } from './locks.ts';

const held = new Set<string>();

/** For file systems that can't lock: keeps apart only what this thread does itself. */
export function noLocks(directory: string): Locks {
  return {
    kernel: false,
    take(name) {
      const path = join(directory, name);
      if (held.has(path)) return undefined;
      held.add(path);
      let ended = false;
      return {
        release() {
          if (!ended) held.delete(path);
          ended = true;
        },
      };
    },
    isHeld: (name) => held.has(join(directory, name)),
    holder: () => undefined,
  };
}
