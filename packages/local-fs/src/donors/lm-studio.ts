import { lstatSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import type { Donor } from '@ilab/core';
import { hashFile } from '../hash-file.ts';
import { fileInside, look } from '../inside.ts';

const WEIGHTS = /\.(?:gguf|safetensors)$/;
/** `publisher/model/` and what an author puts into folders of the repository. */
const DEEPEST = 5;

/**
 * LM Studio’s folders, which say nothing of hashes: only weights of exactly the wanted size are candidates, and only those are hashed,
 * each once as long as it does not change.
 */
export function lmStudioDonor(folders: () => readonly string[]): Donor {
  const known = new Map<string, string | undefined>();
  const sha256Of = async (path: string, stats: Stats, signal: AbortSignal | undefined): Promise<string | undefined> => {
    const key = `${path} ${stats.ino} ${stats.size} ${stats.mtimeMs}`;
    if (!known.has(key)) known.set(key, (await hashFile(path, { signal }))?.sha256);
    return known.get(key);
  };
  return {
    async find({ sha256, size }, { signal }) {
      for (const folder of folders()) {
        for (const path of weightsBelow(folder, DEEPEST)) {
          signal?.throwIfAborted();
          const real = fileInside(folder, path, size);
          if (real === undefined) continue;
          if ((await sha256Of(real, lstatSync(real), signal)) === sha256) return { path: real, tool: 'LM Studio', mayLink: false };
        }
      }
      return undefined;
    },
  };
}

function* weightsBelow(directory: string, depth: number): Generator<string> {
  for (const entry of look(directory)) {
    const path = join(directory, entry.name);
    if (entry.isFile() && WEIGHTS.test(entry.name)) yield path;
    // A link to a folder may lead in a circle, or out.
    if (entry.isDirectory() && depth > 1) yield* weightsBelow(path, depth - 1);
  }
}
