import { createHash } from 'node:crypto';
import { bytesOf, openRegular, Unreadable } from './open-regular.ts';

/** What a file's bytes hash to, in hex; `gitSha1` is the Git blob id. */
export interface FileHashes {
  readonly sha256: string;
  readonly gitSha1: string;
}

/** Hashes a file of another tool. @returns undefined when it is no regular file, or can't be read to its end */
export async function hashFile(path: string, { signal }: { readonly signal?: AbortSignal | undefined }): Promise<FileHashes | undefined> {
  const file = await openRegular(path);
  if (!file) return undefined;
  try {
    const { size } = await file.stat();
    const sha256 = createHash('sha256');
    const gitSha1 = createHash('sha1').update(`blob ${size}\0`);
    for await (const chunk of bytesOf(file, signal)) {
      sha256.update(chunk);
      gitSha1.update(chunk);
    }
    return { sha256: sha256.digest('hex'), gitSha1: gitSha1.digest('hex') };
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  } finally {
    await file.close();
  }
}
