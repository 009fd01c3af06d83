import { createHash } from 'node:crypto';
import { digestParts, IlabError } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';

/**
 * Passes content on, and ends only where it was exactly the descriptor's. No more than the descriptor's size is ever passed on.
 * @throws IlabError E_INTEGRITY, and what `bytes` throws
 */
export async function* verifyContent(
  bytes: AsyncIterable<Uint8Array>,
  { digest, size }: Pick<Descriptor, 'digest' | 'size'>,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<Uint8Array> {
  const { algorithm } = digestParts(digest);
  const hash = createHash(algorithm);
  let at = 0;
  for await (const piece of bytes) {
    signal?.throwIfAborted();
    at += piece.length;
    if (at > size) throw unlike(digest, `has more than the ${size} bytes that its descriptor says`, { expected: size, actual: at });
    hash.update(piece);
    yield piece;
  }
  if (at < size) throw unlike(digest, `has ${at} bytes, and its descriptor says ${size}`, { expected: size, actual: at });
  const actual = `${algorithm}:${hash.digest('hex')}`;
  if (actual !== digest) throw unlike(digest, 'has other bytes', { expected: digest, actual });
}

function unlike(digest: string, problem: string, details: { readonly expected: string | number; readonly actual: string | number }): IlabError {
  return new IlabError('E_INTEGRITY', `What should be ${digest} ${problem}.`, {
    hint: 'Get it again from where it came from; if it stays so, tell whoever keeps it.',
    side: 'source',
    details,
  });
}
