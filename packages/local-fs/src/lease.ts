import { readdirSync } from 'node:fs';
import { open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { makeDirectory } from './durable.ts';
import { isMissing } from './fs-errors.ts';
import { isRunning, newOwner } from './process-identity.ts';

/** Says that a snapshot is in use. @returns the end of the lease; calling it twice does nothing */
export async function takeLease(directory: string, prefix: string): Promise<() => Promise<void>> {
  await makeDirectory(directory);
  const path = join(directory, `${prefix}.${newOwner()}`);
  await (await open(path, 'w')).close();
  return async () => {
    await unlink(path).catch((error: unknown) => {
      if (!isMissing(error)) throw error;
    });
  };
}

/** Whether a living holder has a lease. */
export function isLeased(directory: string, prefix: string): boolean {
  try {
    return readdirSync(directory).some((entry) => entry.startsWith(`${prefix}.`) && isRunning(entry.slice(prefix.length + 1)));
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}
