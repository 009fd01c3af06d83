import { randomBytes } from 'node:crypto';
import { mkdir, open, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { errnoOf, unlessMissing } from './fs-errors.ts';
import { shareDirectory, shareFile } from './shared-modes.ts';

/** Makes sure that entries of a directory survive a crash. A failed sync is the caller's failure: it is never tried again. */
export async function syncDirectory(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Makes a directory and its missing parents, each of them synced into its own. A parent may go away meanwhile, being empty; one that
 * stays missing is a link to nowhere.
 */
export async function makeDirectory(path: string, tries = 3): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return;
    if (errnoOf(error) !== 'ENOENT' || dirname(path) === path || tries === 0) throw error;
    await makeDirectory(dirname(path));
    return makeDirectory(path, tries - 1);
  }
  await shareDirectory(path, dirname(path));
  await syncDirectory(dirname(path));
}

/**
 * Makes sure of a directory that was there already, with all above it up to a root: whoever made them may have been killed before
 * syncing.
 */
export async function syncUpwards(path: string, root: string): Promise<void> {
  for (let directory = path; directory.startsWith(root); directory = dirname(directory)) await syncDirectory(directory);
}

/** Replaces a file whole: whoever reads it, after whatever crash, finds the old text or the new one. */
export async function writeFileDurably(path: string, text: string): Promise<void> {
  const temporary = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', 0o644);
    try {
      await shareFile(handle, dirname(path));
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    throw error;
  }
  await syncDirectory(dirname(path));
}

/** Moves within a file system, both directories synced. What could not be synced is moved back: nobody shall take it for kept. */
export async function renameDurably(from: string, to: string): Promise<void> {
  await rename(from, to);
  try {
    await syncDirectory(dirname(to));
  } catch (error) {
    await rename(to, from).catch(() => undefined);
    throw error;
  }
  if (dirname(from) !== dirname(to)) await syncDirectory(dirname(from)).catch(unlessMissing);
}
