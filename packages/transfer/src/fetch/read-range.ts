import { writeSync } from 'node:fs';
import { IlabError } from '@ilab/core';
import type { Dispatcher } from 'undici';
import { plainHeaders } from '../http/response.ts';
import type { Hop } from '../http/url-rules.ts';
import type { Segment } from './coverage.ts';

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
}

/** How a request ended: `ok` when all of it came; anything else is the caller's to judge. */
export type RangeAnswer =
  | { readonly kind: 'ok' }
  | { readonly kind: 'status'; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  /** 200 to a range that does not start at zero: the server sends whole files only. */
  | { readonly kind: 'whole' };

/**
 * Fetches what a segment lacks. undici's dispatch and a synchronous write have the fewest copies of all ways that were measured,
 * and need no buffer of their own.
 * @throws what the connection, the disk or the signal throws
 */
export function readRange({ dispatcher, hop, segment, size, file, signal, onHeaders, onBytes }: RangeRead): Promise<RangeAnswer> {
  const from = segment.start + segment.done;
  const isWhole = from === 0 && segment.end === size;
  const { promise, resolve, reject } = Promise.withResolvers<RangeAnswer>();
  let abort: (() => void) | undefined;
  let refused: RangeAnswer | undefined;
  const fail = (controller: Dispatcher.DispatchController, error: unknown): void => {
    reject(error);
    controller.abort(error instanceof Error ? error : new Error(String(error)));
  };
  dispatcher.dispatch(
    {
      origin: hop.url.origin,
      path: hop.url.pathname + hop.url.search,
      method: 'GET',
      headers: { ...hop.headers, 'accept-encoding': 'identity', ...(!isWhole && { range: `bytes=${from}-${segment.end - 1}` }) },
    },
    {
      onRequestStart(controller) {
        abort = () => fail(controller, signal?.reason);
        if (signal?.aborted) abort();
        else signal?.addEventListener('abort', abort, { once: true });
      },
      onResponseStart(controller, status, rawHeaders) {
        const headers = plainHeaders(rawHeaders);
        refused = judge({ status, headers, from, segment, size });
        if (refused) {
          resolve(refused);
          controller.abort(new Error('not what was asked for'));
          return;
        }
        try {
          onHeaders(headers);
        } catch (error) {
          fail(controller, error);
        }
      },
      onResponseData(controller, chunk) {
        const at = segment.start + segment.done;
        const room = segment.end - at;
        try {
          if (chunk.length > room) throw tooMuch(hop);
          writeAll(file, chunk, at);
          segment.done += chunk.length;
          onBytes();
        } catch (error) {
          fail(controller, error);
        }
      },
      onResponseEnd() {
        if (segment.start + segment.done === segment.end) resolve({ kind: 'ok' });
        else reject(Object.assign(new Error('the answer ended too early'), { code: 'UND_ERR_SOCKET' }));
      },
      onResponseError(_controller, error) {
        if (refused) resolve(refused);
        else reject(error);
      },
    },
  );
  return promise.finally(() => {
    if (abort) signal?.removeEventListener('abort', abort);
  });
}

type Judged = { status: number; headers: Readonly<Record<string, string>>; from: number; segment: Segment; size: number };

/** @returns undefined when the bytes that follow are those that were asked for */
function judge({ status, headers, from, segment, size }: Judged): RangeAnswer | undefined {
  if (status === 206) {
    const sent = /^bytes (\d+)-(\d+)\/(\d+|\*)$/.exec(headers['content-range'] ?? '');
    const fits = sent && Number(sent[1]) === from && Number(sent[2]) === segment.end - 1 && (sent[3] === '*' || Number(sent[3]) === size);
    return fits ? undefined : { kind: 'status', status: 416, headers };
  }
  if (status !== 200) return { kind: 'status', status, headers };
  return from === 0 && segment.end === size ? undefined : { kind: 'whole' };
}

function writeAll(file: number, chunk: Uint8Array, at: number): void {
  for (let written = 0; written < chunk.length; ) written += writeSync(file, chunk, written, chunk.length - written, at + written);
}

function tooMuch({ url }: Hop): IlabError {
  return new IlabError('E_INTEGRITY', `${url.host} sends more bytes than the file has.`, { side: 'source' });
}
