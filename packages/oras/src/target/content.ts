import { IlabError } from '@ilab/core/adapter';

/** Bytes that are to be pushed. They can be read again, also in part: a request that is tried anew opens them anew. */
export interface Content {
  /** From `start` up to, and without, `end`; default all. Whoever stops early ends the iteration. */
  open(range?: { readonly start: number; readonly end: number }): AsyncIterable<Uint8Array>;
}

/** Content that is in memory. */
export function contentOf(bytes: Uint8Array): Content {
  return {
    async *open({ start, end } = { start: 0, end: bytes.length }) {
      yield bytes.subarray(start, end);
    },
  };
}

/**
 * Reads small content, such as a manifest, whole. Room is made for what comes, not for what a descriptor says.
 * @throws IlabError E_INTEGRITY when it is not `size` bytes, E_REGISTRY when that is more than `most`
 */
export async function readContent(content: Content, { size, most }: { readonly size: number; readonly most: number }): Promise<Uint8Array> {
  if (size > most) throw new IlabError('E_REGISTRY', `A manifest has ${size} bytes; registries take ${most}.`, { hint: 'It names too many files.' });
  const pieces: Uint8Array[] = [];
  let length = 0;
  for await (const piece of content.open()) {
    length += piece.length;
    if (length > size) break;
    pieces.push(piece);
  }
  if (length === size) return Buffer.concat(pieces);
  throw new IlabError('E_INTEGRITY', `Content that should have ${size} bytes has ${length > size ? 'more' : length}.`, {
    side: 'source',
    details: { expected: size, actual: length },
  });
}
