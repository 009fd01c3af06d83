import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { Rejection, untrusted } from './rejection.ts';

const LARGEST = 4 * 1024 * 1024;

/** Reads a file that a policy names. @throws Rejection */
export async function readSmallFile(path: string): Promise<Buffer> {
  try {
    // A pipe would be waited for without an end.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = await file.stat();
      if (!stats.isFile() || stats.size > LARGEST) throw untrusted(`${path} is no file of at most ${LARGEST} bytes.`);
      return await file.readFile();
    } finally {
      await file.close();
    }
  } catch (error) {
    if (error instanceof Error && !(error instanceof Rejection) && 'code' in error) {
      throw untrusted(`${path}, which the policy names, can’t be read (${String(error.code)}).`);
    }
    throw error;
  }
}
