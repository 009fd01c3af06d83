import { randomBytes } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { EXIT_CODES, IlabError, isIlabError } from '@ilab/sdk';

/** Writes a file that has its name only when it is whole. @throws IlabError E_NO_SPACE, E_STORE, and what `bytes` throws */
export async function writeArchive(path: string, bytes: AsyncIterable<Uint8Array>): Promise<void> {
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const handle = await open(temporary, 'wx', 0o644);
    try {
      for await (const piece of bytes) await handle.writeFile(piece);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(temporary, { force: true });
    throw fileError(error, path);
  }
}

/** The name is on the disk, too, when somebody carries the disk away. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Writes to standard output, as fast as it is read. @throws what `bytes` throws */
export async function writeStandardOutput(bytes: AsyncIterable<Uint8Array>): Promise<void> {
  // Of lines, whoever closes the pipe has read enough; half an archive is none.
  process.stdout.prependOnceListener('error', () => process.exit(EXIT_CODES.E_STORE));
  await pipeline(bytes, process.stdout, { end: false });
}

function fileError(error: unknown, path: string): unknown {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (isIlabError(error) || code === undefined || !/^E[A-Z]+$/.test(code)) return error;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new IlabError('E_NO_SPACE', `There is no space left for ${path}.`, {
      hint: 'Free some, or name a file on another disk.',
      cause: error,
    });
  }
  return new IlabError('E_STORE', `${path}: ${error instanceof Error ? error.message : code}`, { hint: 'Check the path and its permissions.', cause: error });
}
