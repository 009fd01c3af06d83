import type { RangeAnswer } from '../fetch/range-answer.ts';
import { readDirectly } from '../fetch/read-directly.ts';
import { type ErrorData, toData } from './error-data.ts';
import type { ReadOrder } from './messages.ts';

/** A segment that a thread fetches. */
export interface ReceivedSegment {
  /** Ends it earlier than was said; what lies behind may have been written already, and does no harm. */
  cut(end: number): void;
  abort(): void;
  /** Never rejected; when it is fulfilled nothing is written any more. */
  readonly ended: Promise<{ readonly done: number; readonly answer?: RangeAnswer; readonly error?: ErrorData }>;
}

export interface SegmentWatcher {
  onHeaders(headers: Readonly<Record<string, string>>): void;
  /** For each piece; the memory is used again when it returns. */
  onWritten(bytes: Uint8Array, at: number): void;
  /** Every now and then: what is done of the segment. */
  onProgress(done: number): void;
}

/** A message for each piece would cost as much as copying it. In bytes, and milliseconds for connections that are slow. */
const TELL_EVERY = { bytes: 1024 * 1024, time: 100 };

export function receiveSegment(order: ReadOrder, { onHeaders, onWritten, onProgress }: SegmentWatcher): ReceivedSegment {
  const { start, end, done, size, stallAfter, tls, descriptor } = order;
  const segment = { start, end, done };
  const ending = new AbortController();
  const told = { done, at: performance.now() };
  const tellSoon = (): void => {
    const now = performance.now();
    if (segment.done - told.done < TELL_EVERY.bytes && now - told.at < TELL_EVERY.time) return;
    Object.assign(told, { done: segment.done, at: now });
    onProgress(segment.done);
  };
  const answer = readDirectly({
    ...{ segment, size, stallAfter, tls, onHeaders },
    hop: { url: new URL(order.url), headers: order.headers },
    file: descriptor,
    signal: ending.signal,
    pace: () => 0,
    onBytes(bytes, at) {
      onWritten(bytes, at);
      tellSoon();
    },
  });
  return {
    cut(to) {
      segment.end = Math.min(segment.end, Math.max(to, start + segment.done));
    },
    abort: () => ending.abort(new Error('it is not wanted any more')),
    ended: answer.then(
      (answered) => ({ done: segment.done, ...(answered && { answer: answered }) }),
      (error: unknown) => ({ done: segment.done, error: toData(error) }),
    ),
  };
}
