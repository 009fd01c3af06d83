import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What npm keeps of a folder beside the packages, and what that is of an empty one: without these, npm leaves everything where it is. */
const EMPTY: Readonly<Record<string, string>> = {
  'package.json': '{ "private": true }\n',
  'package-lock.json': '{ "lockfileVersion": 3, "requires": true, "packages": { "": {} } }\n',
};

/** What was asked for in a folder, and what came; npm makes the folder of it again. */
export interface FolderBackup {
  restore(): Promise<void>;
}

export async function backUpFolder(dataDir: string): Promise<FolderBackup> {
  const files = Object.entries(EMPTY).map(([name, empty]) => ({ path: join(dataDir, name), empty }));
  const kept = await Promise.all(files.map(async ({ path, empty }) => ({ path, content: await readFile(path, 'utf8').catch(() => empty) })));
  return {
    async restore() {
      await mkdir(dataDir, { recursive: true });
      for (const { path, content } of kept) await writeFile(path, content);
    },
  };
}
