import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type CallOptions, type Digest, digestParts } from '@ilab/core';
import { standingAt } from '../standing.ts';

/** Whether a plain file has exactly these bytes, by size and hash. A link has none; what is named by no hash of the whole can't be told. */
export async function hasBytes(path: string, { size, digest }: { readonly size: number; readonly digest: Digest }, { signal }: CallOptions): Promise<boolean> {
  const standing = standingAt(path);
  if (!standing?.isFile() || standing.size !== size) return false;
  const { algorithm, hex } = digestParts(digest);
  if (algorithm === 'etag' || algorithm.startsWith('md5-') || algorithm.startsWith('sha256-')) return false;
  const hash = createHash(algorithm === 'git-sha1' ? 'sha1' : algorithm);
  // A Git blob's id is over its length, too.
  if (algorithm === 'git-sha1') hash.update(`blob ${size}\0`);
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024, ...(signal && { signal }) })) hash.update(chunk);
  return hash.digest('hex') === hex;
}
