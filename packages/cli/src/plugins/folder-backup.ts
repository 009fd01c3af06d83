import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const NAMES: readonly string[] = ['package.json', 'package-lock.json'];

/** What npm keeps of a folder beside the packages themselves; with it, it brings back those that were there. */
export interface FolderBackup {
  restore(): Promise<void>;
}

export async function backUpFolder(dataDir: string): Promise<FolderBackup> {
  const kept = await Promise.all(NAMES.map(async (name) => [join(dataDir, name), await readFile(join(dataDir, name)).catch(() => undefined)] as const));
  return {
    async restore() {
      for (const [path, content] of kept) await (content ? writeFile(path, content) : rm(path, { force: true }));
    },
  };
}
