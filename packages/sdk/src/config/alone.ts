import { dirname, join } from 'node:path';
import { locksIn, waitForLock } from '@ilab/local-fs';

/**
 * Does what reads a configuration and writes it again while no other ilab does: of two settings at once, both stay. Where the file system
 * has no locks to trust, each does it as if it were alone, and the file is whole all the same.
 */
export async function alone<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = await waitForLock(locksIn(join(dirname(path), '.locks')), 'config', { purpose: 'configuration' });
  try {
    return await work();
  } finally {
    lock.release();
  }
}
