import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IlabError } from '@ilab/core';
import { parseDocument } from 'yaml';

/**
 * Sets one key of a configuration file; comments and everything else stay as they are. The file is replaced whole, where it really is.
 * @throws IlabError E_BAD_CONFIG when it can't be read or written
 */
export async function setInConfig(path: string, key: readonly string[], value: string): Promise<void> {
  try {
    const real = await realpath(path).catch(() => path);
    const text = await readFile(real, 'utf8').catch(unlessMissing);
    const document = parseDocument(text ?? 'version: 2.0.0\n');
    document.setIn(key, value);
    await mkdir(dirname(real), { recursive: true });
    await replace(real, document.toString({ lineWidth: 0 }));
  } catch (error) {
    throw new IlabError('E_BAD_CONFIG', `The configuration ${path} can't be written: ${error instanceof Error ? error.message : String(error)}`, {
      hint: `Set ${key.join('.')} to ${value} in it by hand.`,
      cause: error,
    });
  }
}

async function replace(path: string, text: string): Promise<void> {
  const mode = (await stat(path).catch(unlessMissing))?.mode ?? 0o644;
  const temporary = join(dirname(path), `.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', mode & 0o777);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

function unlessMissing(error: unknown): undefined {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
  throw error;
}
