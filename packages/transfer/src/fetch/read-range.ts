import type { Dispatcher } from 'undici';
import { plainHeaders } from '../http/response.ts';
import type { Hop } from '../http/url-rules.ts';
import type { Segment } from './coverage.ts';
import type { Pace } from './pace.ts';
import { judge, type RangeAnswer, rangeHeaders, tooMuch } from './range-answer.ts';
import { createSegmentWriter } from './segment-writer.ts';
import { type StallWatch, watchForStalls } from './stall-watch.ts';

/** One range request, its bytes written straight into place. */
export interface RangeRead {
  readonly dispatcher: Dispatcher;
  readonly hop: Hop;
  readonly segment: Segment;
  /** The blob's size. */
  readonly size: number;
  /** The open partial file. */
  readonly file: number;
  readonly signal: AbortSignal | undefined;
  /** Sees the headers before the first byte; what it throws ends the request. */
  readonly onHeaders: (headers: Readonly<Record<string, string>>) => void;
  readonly onBytes: () => void;
  readonly pace: Pace;
  /** Milliseconds without a byte after which the connection is given up. */
  readonly stallAfter: number;
}

/**
 * Fetches what a segment lacks. undici's dispatch has the fewest copies of all clients that were measured; the bytes go to the disk
 * on another thread while more are read.
 * @throws what the connection, the disk or the signal throws
 */
export async function readRange(read: RangeRead): Promise<RangeAnswer> {
  const { dispatcher, hop, segment, size, file, signal, onHeaders, onBytes, pace, stallAfter } = read;
  const from = segment.start + segment.done;
  const { end } = segment;
  const { promise, resolve, reject } = Promise.withResolvers<RangeAnswer>();
  let connection: Dispatcher.DispatchController | undefined;
  const fail = (error: unknown): void => {
    reject(error);
    connection?.abort(error instanceof Error ? error : new Error(String(error)));
  };
  const writer = createSegmentWriter({ file, segment, onWritten: onBytes });
  const abort = (): void => fail(signal?.reason);
  let refused: RangeAnswer | undefined;
  let waiting: NodeJS.Timeout | undefined;
  let watch: StallWatch | undefined;
  const wait = (controller: Dispatcher.DispatchController, delay: number): void => {
    if (delay <= 0) return;
    controller.pause();
    waiting = setTimeout(() => {
      waiting = undefined;
      controller.resume();
    }, delay);
  };

  signal?.throwIfAborted();
  // From now on, not from the request's start: that may wait for a connection.
  signal?.addEventListener('abort', abort, { once: true });
  dispatcher.dispatch(rangeRequest(hop, { from, end, size }), {
    onRequestStart(controller) {
      connection = controller;
      if (signal?.aborted) abort();
    },
    onResponseStart(controller, status, rawHeaders) {
      const headers = plainHeaders(rawHeaders);
      refused = judge({ status, headers, from, end, size });
      if (refused) {
        resolve(refused);
        controller.abort(new Error('not what was asked for'));
        return;
      }
      watch = watchForStalls({ stallAfter, isHeld: () => waiting !== undefined, onStall: fail });
      try {
        onHeaders(headers);
      } catch (error) {
        fail(error);
      }
    },
    onResponseData(controller, chunk) {
      watch?.count(chunk.length);
      const room = segment.end - segment.start - writer.taken;
      // The rest may have been given to other connections while this answer came.
      const isCut = segment.end < end;
      if (chunk.length > room && !isCut) return fail(tooMuch(hop));
      try {
        writer.push(chunk.length > room ? chunk.subarray(0, Math.max(0, room)) : chunk);
      } catch (error) {
        return fail(error);
      }
      if (!isCut || chunk.length < room) return wait(controller, pace(chunk.length));
      resolve({ kind: 'ok' });
      controller.abort(new Error('the rest is fetched elsewhere'));
    },
    onResponseEnd() {
      if (segment.start + writer.taken >= segment.end) resolve({ kind: 'ok' });
      else reject(Object.assign(new Error('the answer ended too early'), { code: 'UND_ERR_SOCKET' }));
    },
    onResponseError(_controller, error) {
      if (refused) resolve(refused);
      else reject(error);
    },
  });
  try {
    return await promise;
  } finally {
    clearTimeout(waiting);
    watch?.stop();
    signal?.removeEventListener('abort', abort);
    // What arrived before a connection broke counts.
    writer.flush();
  }
}

function rangeRequest({ url, headers }: Hop, range: { readonly from: number; readonly end: number; readonly size: number }): Dispatcher.DispatchOptions {
  return { origin: url.origin, path: url.pathname + url.search, method: 'GET', headers: { ...headers, ...rangeHeaders(range) } };
}
