import { randomBytes } from 'node:crypto';
import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { errnoOf } from '../fs-errors.ts';
import { shareMode } from '../share-mode.ts';

/** Makes an empty file unless there is one: SQLite would make it writable for its own user only. No descriptor of a file that is locked is opened here: it is new. */
export function makeFile(path: string): void {
  try {
    closeSync(openSync(path, 'wx'));
    shareMode(path);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

/** Makes a directory with its parents. */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  try {
    mkdirSync(path);
    shareMode(path);
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error;
  }
}

/** Removes a file if that can be done. What stays is taken for a dead holder's, and goes with the next. */
export function removeFile(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    return;
  }
}

/** SQLite only says that a file can't be opened, or written; the system says why. */
export function throwReason(path: string): void {
  const probe = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
  writeFileSync(probe, '');
  rmSync(probe);
  if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
}
