import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { ProgressTask } from '@ilab/core';
import { bytesOf } from './open-regular.ts';

export interface Watch {
  readonly signal?: AbortSignal | undefined;
  readonly task?: ProgressTask | undefined;
}

/**
 * Hashes an open file, from its start, and hands every chunk on.
 * @returns hex
 * @throws Unreadable
 */
export async function sha256Of(file: FileHandle, { signal, task }: Watch, use?: (chunk: Buffer) => Promise<void>): Promise<string> {
  const sha256 = createHash('sha256');
  let read = 0;
  for await (const chunk of bytesOf(file, signal)) {
    sha256.update(chunk);
    await use?.(chunk);
    read += chunk.length;
    // They did not come over the network, so they are no speed of it either.
    task?.at(read, { resumed: read });
  }
  return sha256.digest('hex');
}
