import { lstat, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { DonorContext, PluginDonor } from '@ilab/plugin-api';

const SHA256 = /^[0-9a-f]{64}$/;

/** Finds files that shelf keeps under the sha256 of their bytes. Put the way in which your tool names its files here: it only reads, and never hashes. */
export function createShelfDonor(name: string, { folders }: DonorContext): PluginDonor {
  return {
    name,
    async find({ sha256, size }, { signal }) {
      // It becomes a part of a path.
      if (!SHA256.test(sha256)) return undefined;
      for (const folder of folders) {
        signal?.throwIfAborted();
        const path = join(folder, sha256);
        if (await isFile(path, size)) return path;
      }
      return undefined;
    },
  };
}

/** Whether a regular file of this size is there, and no link to one. */
async function isFile(path: string, size: number): Promise<boolean> {
  try {
    const stats = await lstat(path);
    return stats.isFile() && stats.size === size && (await realpath(path)) === path;
  } catch {
    return false;
  }
}
