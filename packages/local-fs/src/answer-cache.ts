import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AnswerCache } from '@ilab/core';
import { STORE } from './layout.ts';

/** Answers that are kept, and the largest one in characters: some tens of thousands of files. */
const MOST = 200;
const LONGEST = 8 * 1024 * 1024;

/** Answers below a models directory, one file each: its key on the first line. Where there is no store yet, none is made for them, unless that is wanted. */
export function createAnswerCache(root: string): AnswerCache {
  const directory = join(root, STORE, 'answers');
  const pathOf = (key: string): string => join(directory, createHash('sha256').update(key).digest('hex'));
  return {
    async get(key) {
      try {
        const text = await readFile(pathOf(key), 'utf8');
        return text.startsWith(`${key}\n`) ? text.slice(key.length + 1) : undefined;
      } catch {
        return undefined;
      }
    },
    async put(key, answer, { wanted = false } = {}) {
      if (answer.length > LONGEST) return;
      const temporary = join(directory, `.${randomBytes(6).toString('hex')}.tmp`);
      try {
        await mkdir(directory, { recursive: wanted }).catch((error: NodeJS.ErrnoException) => {
          if (error.code !== 'EEXIST') throw error;
        });
        await writeFile(temporary, `${key}\n${answer}`, { flag: 'wx', mode: 0o600 });
        await rename(temporary, pathOf(key));
        await forgetOldest(directory);
      } catch {
        // Without it the registry is asked again, that is all.
        await rm(temporary, { force: true }).catch(() => undefined);
      }
    },
  };
}

async function forgetOldest(directory: string): Promise<void> {
  const names = await readdir(directory);
  if (names.length <= MOST) return;
  const aged = await Promise.all(names.map(async (name) => ({ path: join(directory, name), time: (await stat(join(directory, name))).mtimeMs })));
  aged.sort((a, b) => a.time - b.time);
  await Promise.all(aged.slice(0, names.length - MOST).map(({ path }) => rm(path, { force: true })));
}
