import { createHash } from 'node:crypto';
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type CallOptions, IlabError, type OutgoingFile, type ProgressTask, type UploadFile } from '@ilab/core';
import { storeError } from '../fs-errors.ts';

/** Bytes read at once: of each file under way this much is in memory, and what the client has not sent yet. */
const PIECE = 256 * 1024;

type Prepare = CallOptions & { readonly task?: ProgressTask };

/** Makes a file ready to be sent. What was hashed is what is sent: a file that changes meanwhile ends the upload. */
export async function prepareFile(file: OutgoingFile, { signal, task }: Prepare): Promise<UploadFile> {
  const { path, size, at, sha256 } = file;
  const known = await withFile(at, (_handle, stats) => Promise.resolve(stats));
  if (known.size !== size) throw changed(at);
  const hash = (): Promise<string> => hashFile(at, { known, signal, task });
  let checked: Promise<void> | undefined;
  const check = async (): Promise<void> => {
    if (sha256 === undefined || sha256 === (await hash())) return;
    throw new IlabError('E_INTEGRITY', `${at} is not what was downloaded, and is not sent.`, { hint: 'See `ilab model verify --repair`.', side: 'source' });
  };
  return {
    path,
    size,
    sha256: sha256 ?? (await hash()),
    async *open({ start, end } = { start: 0, end: size }) {
      checked ??= check();
      await checked;
      yield* bytesOf(at, { known, start, end, signal });
    },
  };
}

async function hashFile(
  at: string,
  { known, signal, task }: { readonly known: Stats; readonly signal: AbortSignal | undefined; readonly task: ProgressTask | undefined },
): Promise<string> {
  const sha256 = createHash('sha256');
  let done = 0;
  for await (const bytes of bytesOf(at, { known, start: 0, end: known.size, signal })) {
    sha256.update(bytes);
    done += bytes.length;
    task?.at(done);
  }
  return sha256.digest('hex');
}

type Range = { readonly known: Stats; readonly start: number; readonly end: number; readonly signal: AbortSignal | undefined };

async function* bytesOf(at: string, { known, start, end, signal }: Range): AsyncGenerator<Uint8Array> {
  const file = await openSame(at, known);
  try {
    for (let position = start; position < end; ) {
      signal?.throwIfAborted();
      // Whoever takes the bytes may keep them until they are sent, so each piece has memory of its own.
      const piece = Buffer.allocUnsafe(Math.min(PIECE, end - position));
      const { bytesRead } = await file.read(piece, 0, piece.length, position);
      if (bytesRead === 0) throw changed(at);
      position += bytesRead;
      yield piece.subarray(0, bytesRead);
    }
    if (!isSame(await file.stat(), known)) throw changed(at);
  } finally {
    await file.close();
  }
}

async function openSame(at: string, known: Stats): Promise<FileHandle> {
  const file = await openFile(at);
  try {
    if (isSame(await file.stat(), known)) return file;
    throw changed(at);
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function withFile<T>(at: string, use: (file: FileHandle, stats: Stats) => Promise<T>): Promise<T> {
  const file = await openFile(at);
  try {
    return await use(file, await file.stat());
  } finally {
    await file.close();
  }
}

/** Never through a link that was put there meanwhile, and without waiting for the other end of a pipe. */
async function openFile(at: string): Promise<FileHandle> {
  try {
    return await open(at, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    throw storeError(error, at);
  }
}

function isSame(now: Stats, known: Stats): boolean {
  return now.isFile() && now.size === known.size && now.mtimeMs === known.mtimeMs && now.ino === known.ino;
}

function changed(at: string): IlabError {
  return new IlabError('E_STORE', `${at} changed while it was being uploaded.`, { hint: 'Upload again once nobody writes to it.', side: 'source' });
}
