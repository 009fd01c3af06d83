import { setTimeout as sleep } from 'node:timers/promises';
import { type CallOptions, type Http, isIlabError, type ReadRequest, type RemoteReader } from '@ilab/core';
import { contentCheck } from './content-check.ts';
import { openRange, type Place, Refused } from './open-range.ts';
import { createPatience } from './patience.ts';
import { createPreparation } from './prepare-file.ts';

/** Reads blobs over the client for APIs, whose connections know proxies and certificates. */
export function createRemoteReader(http: Http): RemoteReader {
  const reader: RemoteReader = {
    prepare: createPreparation((request, options) => reader.read(request, options)),
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
  return reader;
}

type Part = { readonly request: ReadRequest; readonly start: number; readonly end: number };

/** Through broken connections and expired addresses, and from the next place where there is one, from where it got to. */
async function* follow(http: Http, { request, start, end }: Part, options: CallOptions): AsyncGenerator<Uint8Array> {
  const place: Place = { failed: [], current: undefined };
  let patience = createPatience(start);
  let position = start;
  while (position < end) {
    try {
      for await (const piece of openRange(http, { request, place, start: position, end }, options)) {
        position += piece.length;
        yield piece;
      }
    } catch (error) {
      options.signal?.throwIfAborted();
      if (goesOnElsewhere(place, error)) patience = createPatience(position);
      else await sleep(patience.after(error, position), undefined, options.signal && { signal: options.signal });
    }
  }
}

/** The client has tried often enough already where there is another place. */
function goesOnElsewhere({ current, failed }: Place, error: unknown): boolean {
  const problem = error instanceof Refused ? error.problem : error;
  if (!current?.more || !isIlabError(problem)) return false;
  failed.push({ url: current.url, code: problem.code });
  return true;
}
