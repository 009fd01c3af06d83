import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, realpath, rename, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IlabError } from '@ilab/plugin-api';

/** @returns undefined when it is not there @throws IlabError E_STORE when it can't be read: what is in it must not get lost */
export async function readSecret(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw unusable(path, error);
  }
}

/**
 * Replaces a file whole, for nobody else to read: 0600 in a directory of 0700. A directory that is there keeps its mode, unlike with
 * Hugging Face's own tools: it may be one that others share.
 */
export async function writeSecret(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    // Some keep the file elsewhere, and a link to it here.
    const place = await realpath(path).catch(() => path);
    const temporary = join(dirname(place), `.${randomBytes(6).toString('hex')}.tmp`);
    try {
      const file = await open(temporary, 'wx', 0o600);
      try {
        await file.writeFile(text);
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, place);
    } catch (error) {
      await unlink(temporary).catch(() => undefined);
      throw error;
    }
  } catch (error) {
    throw unusable(path, error);
  }
}

export async function removeSecret(path: string): Promise<void> {
  try {
    await unlink(path);
  } catch (error) {
    if (!isMissing(error)) throw unusable(path, error);
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

function unusable(path: string, cause: unknown): IlabError {
  const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'no reason given';
  return new IlabError('E_STORE', `The token can’t be kept in ${path}: ${why}.`, { hint: 'Correct owner and permissions, or set HF_TOKEN_PATH.', cause });
}
