import { createHash } from 'node:crypto';
import { createReadStream, type Stats } from 'node:fs';
import { chmod, chown, open, rename, rm, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { IlabError, type ProgressTask } from '@ilab/core';
import { syncDirectory } from '../durable.ts';
import { newOwner } from '../process-identity.ts';

const CHUNK = 1024 * 1024;

export interface FileCopy {
  readonly from: string;
  readonly to: string;
  readonly stats: Stats;
  /** A directory on the target's device. */
  readonly staging: string;
  readonly task: ProgressTask;
  readonly signal: AbortSignal | undefined;
}

/**
 * Copies a file with its mode, times and, where allowed, owner. It gets its name once it is synced and, read back, has the same bytes.
 * @returns its sha256
 * @throws IlabError E_INTEGRITY when the target does not keep what is written
 */
export async function copyFileChecked({ from, to, stats, staging, task, signal }: FileCopy): Promise<string> {
  const temporary = join(staging, newOwner());
  try {
    const read = await write(from, temporary, { task, signal });
    if ((await hashOf(temporary, signal)) !== read) {
      throw new IlabError('E_INTEGRITY', `${to} does not hold what was written to it.`, { hint: 'Check that disk; nothing was removed from the old place.' });
    }
    await takeOver(temporary, stats);
    await rename(temporary, to);
    await syncDirectory(dirname(to));
    return read;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function write(from: string, to: string, { task, signal }: Pick<FileCopy, 'task' | 'signal'>): Promise<string> {
  const hash = createHash('sha256');
  const target = await open(to, 'wx', 0o600);
  try {
    let written = 0;
    for await (const chunk of createReadStream(from, { highWaterMark: CHUNK, ...(signal && { signal }) }) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      await target.writeFile(chunk);
      written += chunk.length;
      task.at(written);
    }
    await target.sync();
  } finally {
    await target.close();
  }
  return hash.digest('hex');
}

async function hashOf(path: string, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: CHUNK, ...(signal && { signal }) })) hash.update(chunk);
  return hash.digest('hex');
}

/** Gives a copy what its original has beside its bytes. Only root can give a file to somebody else. */
export async function takeOver(path: string, stats: Stats): Promise<void> {
  await chown(path, stats.uid, stats.gid).catch(() => undefined);
  await chmod(path, stats.mode & 0o7777);
  await utimes(path, stats.atimeMs / 1000, stats.mtimeMs / 1000);
}
