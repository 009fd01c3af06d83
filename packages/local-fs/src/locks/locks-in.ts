import type { Locks } from './locks.ts';
import { locksAreTrusted } from './locks-are-trusted.ts';
import { noLocks } from './no-locks.ts';
import { loadSqlite, sqliteLocks } from './sqlite-locks.ts';

/** The locks that a directory can have: the kernel's, or none where the file system or this Node has no trustworthy ones. */
export function locksIn(directory: string): Locks {
  const sqlite = locksAreTrusted(directory) ? loadSqlite() : undefined;
  return sqlite ? sqliteLocks(directory, sqlite) : noLocks(directory);
}
