import { realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';

/** What looks like files and is none, or is the machine's own. */
const NO_FILES = ['/proc', '/sys', '/dev', '/run'];

/**
 * The folders of a donor that are there, as they really are. One that leads to all of the home directory, or of the disk, or to what is no files, is
 * left out, whoever made it so.
 */
export function realFolders(folders: readonly string[], home: string): readonly string[] {
  const realHome = realOf(home) ?? home;
  return folders.flatMap((folder) => {
    const real = realOf(join(home, folder));
    if (real === undefined || isIn(realHome, real) || NO_FILES.some((place) => isIn(real, place))) return [];
    return statSync(real, { throwIfNoEntry: false })?.isDirectory() ? [real] : [];
  });
}

/** Whether a path is a folder or lies in it; both are real. */
export function isIn(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
