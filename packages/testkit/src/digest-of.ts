import { createHash } from 'node:crypto';
import { type Digest, digestParts } from '@ilab/core';

/**
 * The digest of bytes in the way that another digest was made: of a Git blob with Git’s header before them, of what came in parts over the
 * hashes of the parts. What no bytes can be held against (`etag`) is given back as it is.
 */
export function digestOf(content: string | Uint8Array, like: Digest): string {
  const { algorithm } = digestParts(like);
  const bytes = Buffer.from(content);
  if (algorithm === 'etag') return like;
  if (algorithm === 'git-sha1') return `${algorithm}:${hash('sha1', [Buffer.from(`blob ${bytes.length}\0`), bytes]).toString('hex')}`;
  const [name = '', size] = algorithm.split('-');
  if (size === undefined) return `${algorithm}:${hash(name, [bytes]).toString('hex')}`;
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += Number(size)) parts.push(hash(name, [bytes.subarray(at, at + Number(size))]));
  return `${algorithm}:${hash(name, parts).toString('hex')}`;
}

function hash(name: string, parts: readonly Buffer[]): Buffer {
  const whole = createHash(name);
  for (const part of parts) whole.update(part);
  return whole.digest();
}
