import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import type { DigestAlgorithm } from '@ilab/core';
import type { Hashes } from './hash-job.ts';

/** Hashes a file that is whole. */
export async function hashFile(path: string, { size, algorithm }: { readonly size: number; readonly algorithm: DigestAlgorithm }): Promise<Hashes> {
  const sha256 = createHash('sha256');
  const other = algorithm === 'sha256' ? undefined : createHash(algorithm === 'sha512' ? 'sha512' : 'sha1');
  if (algorithm === 'git-sha1') other?.update(`blob ${size}\0`);
  for await (const chunk of createReadStream(path, { highWaterMark: 256 * 1024 }) as AsyncIterable<Buffer>) {
    sha256.update(chunk);
    other?.update(chunk);
  }
  return { sha256: sha256.digest('hex'), ...(other && { [algorithm]: other.digest('hex') }) };
}
