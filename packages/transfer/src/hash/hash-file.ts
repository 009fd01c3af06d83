import { createReadStream } from 'node:fs';
import type { DigestAlgorithm } from '@ilab/core';
import { createFileHash, type Hashes } from './hashes.ts';

/** Hashes a file that is whole. */
export async function hashFile(path: string, file: { readonly size: number; readonly algorithm: DigestAlgorithm }): Promise<Hashes> {
  const hash = createFileHash(file);
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) hash.update(chunk);
  return hash.digest();
}
