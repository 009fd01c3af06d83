import { readdirSync } from 'node:fs';
import { rm, rmdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { isMissing } from '../fs-errors.ts';
import { standingAt } from '../standing.ts';
import { isSame } from './copy-tree.ts';
import { type CopiedFile, JOURNAL, NEW_JOURNAL } from './journal.ts';
import { DERIVED } from './walk-tree.ts';

/**
 * Removes from the old place what was copied and is still the same, and the directories that are empty then.
 * @returns what is left, relative
 */
export async function clearOld(root: string, copied: readonly CopiedFile[]): Promise<readonly string[]> {
  if (!standingAt(root)) return [];
  for (const name of [JOURNAL, NEW_JOURNAL, ...DERIVED]) await rm(join(root, name), { recursive: true, force: true });
  // Contents come after their directory, so backwards every directory is empty when its turn comes.
  for (const file of copied.toReversed()) {
    const path = join(root, file[0]);
    const stats = standingAt(path);
    if (!stats || !isSame(file, stats)) continue;
    try {
      await (stats.isDirectory() ? rmdir(path) : unlink(path));
    } catch (error) {
      if (!isMissing(error) && !stats.isDirectory()) throw error;
    }
  }
  await rmdir(root).catch(() => undefined); // It may be where a disk is mounted.
  return standingAt(root) ? readdirSync(root, { recursive: true, encoding: 'utf8' }).sort() : [];
}
