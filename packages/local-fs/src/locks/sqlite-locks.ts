import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { readNote, writeNote } from './holder-note.ts';
import { makeFile, makeFolder, removeFile, throwReason } from './lock-file.ts';
import type { HeldLock, Locks } from './locks.ts';

export type Sqlite = typeof import('node:sqlite');

const GUARD = '.guard';
/** Milliseconds to wait for others that are at the guard; each is there for less than one, unless it was stopped there. */
const GUARD_WAIT = 200;
/**
 * Nothing is ever written, so no journal is needed on disk. SQLite opens for reading what it may not write, and then locks nothing without
 * saying so: the last statement writes nothing either, but fails there.
 */
const LOCK = 'PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE; PRAGMA incremental_vacuum';
/** Result codes (sqlite.org/rescode.html). */
const BUSY = 5;
const IOERR_RDLOCK = 2314;
const IOERR_LOCK = 3850;

/** What this process holds: a database that nobody refers to would be closed, and its lock given up. */
const held = new Set<DatabaseSync>();

/** Loads SQLite where this Node has it. Synchronous and late: it is no part of start-up. */
export function loadSqlite(): Sqlite | undefined {
  const { emitWarning } = process;
  // Node 22 calls it experimental, which is nothing that users could act on.
  process.emitWarning = () => undefined;
  try {
    return process.getBuiltinModule('node:sqlite');
  } finally {
    process.emitWarning = emitWarning;
  }
}

/**
 * Kernel locks (fcntl, or LockFileEx) by way of SQLite's exclusive transactions on empty files. A lock's file goes with the lock. So that
 * nobody locks a file that has just gone, all taking and giving up is done alone, behind one more lock whose file stays.
 * A lock's file must never be opened but by SQLite: closing any other descriptor of it would end the lock (fcntl(2), “Record locks”).
 */
export function sqliteLocks(directory: string, { DatabaseSync }: Sqlite): Locks {
  const lockFile = (name: string, timeout = 0): DatabaseSync | undefined => {
    const path = join(directory, name);
    let file: DatabaseSync | undefined;
    try {
      makeFile(path);
      file = new DatabaseSync(path, { timeout });
      file.exec(LOCK);
      return file;
    } catch (error) {
      file?.close();
      if (isBusy(error)) return undefined;
      throwReason(path);
      throw error;
    }
  };
  const note = (name: string): string => join(directory, `${name}.by`);

  /** @returns undefined when somebody was stopped at the guard */
  const alone = <T>(work: () => T): T | undefined => {
    const guard = lockFile(GUARD, GUARD_WAIT);
    if (!guard) return undefined;
    try {
      return work();
    } finally {
      guard.close();
    }
  };
  /** Within {@link alone}, so that nobody gets at the file between the two. */
  const close = (name: string, file: DatabaseSync): void => {
    file.close();
    for (const path of [note(name), join(directory, name)]) removeFile(path);
  };
  const give = (name: string, file: DatabaseSync): HeldLock => {
    held.add(file);
    return {
      release() {
        if (!held.delete(file)) return;
        try {
          alone(() => close(name, file));
        } catch {
          // The directory has gone, or can't be written any more.
        }
        if (file.isOpen) file.close();
      },
    };
  };

  return {
    kernel: true,
    take(name, purpose) {
      makeFolder(directory);
      const file = alone(() => lockFile(name));
      if (!file) return undefined;
      writeNote(note(name), purpose);
      return give(name, file);
    },
    isHeld(name) {
      if (!existsSync(join(directory, name))) return false;
      const dead = alone(() => {
        const file = lockFile(name);
        if (file) close(name, file);
        return file !== undefined;
      });
      return dead !== true;
    },
    holder: (name) => readNote(note(name)),
  };
}

/** Whether the file system has no locks at all, so that nobody gets any. */
export function hasNoLocks(error: unknown): boolean {
  const code = resultCode(error);
  return code === IOERR_RDLOCK || code === IOERR_LOCK;
}

function isBusy(error: unknown): boolean {
  return ((resultCode(error) ?? 0) & 0xff) === BUSY;
}

function resultCode(error: unknown): number | undefined {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode : undefined;
}
