import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

const AT_ONCE = 1024 * 1024;

/** The file of another tool can't be read, for whatever reason: it is as if it were not there. */
export class Unreadable extends Error {}

/** Opens a file for reading if it is a regular one: never through a link, and without waiting for the other end of a pipe. */
export async function openRegular(path: string): Promise<FileHandle | undefined> {
  let file: FileHandle | undefined;
  try {
    // Windows has neither flag.
    file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
    if ((await file.stat()).isFile()) return file;
  } catch {
    // Gone, or not for this user.
  }
  await file?.close();
  return undefined;
}

/** All bytes of an open file, from its start. A chunk is only good until the next. @throws Unreadable */
export async function* bytesOf(file: FileHandle, signal?: AbortSignal): AsyncGenerator<Buffer> {
  const buffer = Buffer.allocUnsafe(AT_ONCE);
  for (let position = 0; ; ) {
    signal?.throwIfAborted();
    const { bytesRead } = await file.read(buffer, 0, AT_ONCE, position).catch((cause: unknown) => {
      throw new Unreadable('a file of another tool can’t be read', { cause });
    });
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}
