import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** Paths that users give are compared with real ones, so the directory's own must be real too, also before it is there. */
export function realPath(path: string): string {
  const absolute = resolve(path);
  try {
    return realpathSync(absolute);
  } catch {
    const parent = dirname(absolute);
    return parent === absolute ? absolute : join(realPath(parent), basename(absolute));
  }
}
