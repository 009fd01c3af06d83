import { setTimeout as sleep } from 'node:timers/promises';
import type { CallOptions, Http, ReadRequest, RemoteReader } from '@ilab/core';
import { contentCheck } from './content-check.ts';
import { openRange } from './open-range.ts';
import { createPatience } from './patience.ts';

/** Reads blobs over the client for APIs, whose connections know proxies and certificates. */
export function createRemoteReader(http: Http): RemoteReader {
  return {
    async *read(request, options) {
      const { blob, range: { start, end } = { start: 0, end: blob.size } } = request;
      const isWhole = start === 0 && end === blob.size;
      if (!isWhole) return yield* follow(http, { request, start, end }, options);
      const check = contentCheck(blob);
      // The last piece is held back until it is known to be right.
      let held: Uint8Array | undefined;
      for await (const piece of follow(http, { request, start, end }, options)) {
        check.add(piece);
        if (held) yield held;
        held = piece;
      }
      check.end();
      if (held) yield held;
    },
  };
}

type Part = { readonly request: ReadRequest; readonly start: number; readonly end: number };

/** Through broken connections and expired addresses, from where it got to. */
async function* follow(http: Http, { request, start, end }: Part, options: CallOptions): AsyncGenerator<Uint8Array> {
  const patience = createPatience(start);
  let position = start;
  while (position < end) {
    try {
      for await (const piece of openRange(http, { request, start: position, end }, options)) {
        position += piece.length;
        yield piece;
      }
    } catch (error) {
      options.signal?.throwIfAborted();
      await sleep(patience.after(error, position), undefined, options.signal && { signal: options.signal });
    }
  }
}
