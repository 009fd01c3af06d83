import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { readNote, removeNote, writeNote } from './holder-note.ts';
import type { HeldLock, Locks } from './locks.ts';

export type Sqlite = typeof import('node:sqlite');

const GUARD = '.guard';
/** Milliseconds to wait for others that are at the guard; each is there for less than one, unless it was stopped there. */
const GUARD_WAIT = 200;
const BUSY = 5;

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
    let file: DatabaseSync | undefined;
    try {
      file = new DatabaseSync(join(directory, name), { timeout });
      file.exec('BEGIN EXCLUSIVE');
      return file;
    } catch (error) {
      file?.close();
      if (isBusy(error)) return undefined;
      throwReason(directory);
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
  const clear = (name: string): void => {
    removeNote(note(name));
    rmSync(join(directory, name), { force: true });
  };
  const give = (name: string, file: DatabaseSync): HeldLock => {
    held.add(file);
    return {
      release() {
        if (!held.delete(file)) return;
        try {
          alone(() => clear(name));
        } finally {
          file.close();
        }
      },
    };
  };

  return {
    kernel: true,
    take(name, purpose) {
      mkdirSync(directory, { recursive: true });
      const file = alone(() => lockFile(name));
      if (!file) return undefined;
      writeNote(note(name), purpose);
      return give(name, file);
    },
    isHeld(name) {
      if (!existsSync(join(directory, name))) return false;
      const dead = alone(() => {
        const file = lockFile(name);
        if (file) clear(name);
        file?.close();
        return file !== undefined;
      });
      return dead !== true;
    },
    holder: (name) => readNote(note(name)),
  };
}

/** SQLite only says that a file can't be opened; the system says why. */
function throwReason(directory: string): void {
  const probe = join(directory, `.${randomBytes(6).toString('hex')}.tmp`);
  writeFileSync(probe, '');
  rmSync(probe);
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' && (error.errcode & 0xff) === BUSY;
}
