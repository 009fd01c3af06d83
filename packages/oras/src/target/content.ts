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
