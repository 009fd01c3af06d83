import { constants, statSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { IlabError } from '@ilab/core/adapter';
import type { ByteSource } from '@ilab/formats';

/**
 * Opens a regular file for the time of one use. Anything else, a pipe that nobody writes to or a device, is refused.
 * @throws IlabError E_NOT_A_MODEL, and errors of the file system
 */
export async function withSource<T>(path: string, use: (source: ByteSource) => Promise<T>): Promise<T> {
  if (!statSync(path).isFile()) throw new IlabError('E_NOT_A_MODEL', `${path} is no regular file.`);
  const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const { size } = await file.stat();
    return await use({ size, read: (offset, length) => readRange(file, { offset, length }) });
  } finally {
    await file.close();
  }
}

/** Less than asked for comes back only where the file has ended. */
async function readRange(file: FileHandle, { offset, length }: { readonly offset: number; readonly length: number }): Promise<Uint8Array> {
  const bytes = Buffer.allocUnsafeSlow(length);
  let done = 0;
  while (done < length) {
    const { bytesRead } = await file.read(bytes, done, length - done, offset + done);
    if (bytesRead === 0) break;
    done += bytesRead;
  }
  return bytes.subarray(0, done);
}
