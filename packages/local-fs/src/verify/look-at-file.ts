import { lstatSync, realpathSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import { errnoOf, isMissing } from '../fs-errors.ts';
import { inodeOf } from '../unique-bytes.ts';
import type { ExpectedFile } from './expected-files.ts';

/** What is known of a file before a byte of it is read. */
export type Look =
  | { readonly kind: 'fits'; readonly inode: string; readonly writable: boolean }
  | { readonly kind: 'missing' }
  | { readonly kind: 'wrong'; readonly expected: string; readonly actual: string };

/** Whether something of the right kind and size stands where a file should. Links are looked at and never followed. */
export function lookAtFile({ place, size }: Pick<ExpectedFile, 'place' | 'size'>): Look {
  try {
    const stats = lstatSync(place);
    if (!stats.isFile()) return { kind: 'wrong', expected: 'a regular file', actual: kindOf(stats) };
    if (realpathSync(dirname(place)) !== dirname(place)) return { kind: 'wrong', expected: 'a regular file', actual: 'behind a link' };
    if (stats.size !== size) return { kind: 'wrong', expected: `${size} bytes`, actual: `${stats.size} bytes` };
    return { kind: 'fits', inode: inodeOf(stats), writable: (stats.mode & 0o222) !== 0 && stats.nlink === 1 };
  } catch (error) {
    if (isMissing(error)) return { kind: 'missing' };
    return { kind: 'wrong', expected: 'a regular file', actual: unreadable(errnoOf(error) ?? String(error)) };
  }
}

export function unreadable(problem: string): string {
  return `can’t be read: ${problem}`;
}

function kindOf(stats: Stats): string {
  if (stats.isSymbolicLink()) return 'a link';
  return stats.isDirectory() ? 'a directory' : 'neither file nor directory';
}
