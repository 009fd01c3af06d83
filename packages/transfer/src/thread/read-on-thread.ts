import type { DirectRead } from '../fetch/read-directly.ts';
import type { RangeAnswer } from '../fetch/range-answer.ts';
import { fromData } from './error-data.ts';
import type { FileThread, ReadNews } from './file-thread.ts';

/** As for `readDirectly`; the bytes stay on the thread. */
export type ThreadRead = Omit<DirectRead, 'pace' | 'onBytes'> & { readonly onBytes: () => void };

/**
 * Lets a thread fetch a segment of a file that it follows. It is settled only when the thread writes no more, so that the file can be closed.
 * @returns as `readDirectly`
 * @throws what `readDirectly` throws
 */
export function readOnThread(thread: FileThread, file: number, read: ThreadRead): Promise<RangeAnswer | undefined> {
  const { hop, segment, size, signal, onHeaders, onBytes, stallAfter, tls } = read;
  const { promise, resolve, reject } = Promise.withResolvers<RangeAnswer | undefined>();
  let failure: { readonly error: unknown } | undefined;
  let end = segment.end;
  const fail = (error: unknown): void => {
    failure ??= { error };
    thread.tell({ kind: 'abort', read: id });
  };
  const guard = (act: () => void): void => {
    if (failure) return;
    try {
      act();
    } catch (error) {
      fail(error);
    }
  };
  const count = (done: number): void => {
    // The rest may have been given to other connections while these bytes came.
    segment.done = Math.max(segment.done, Math.min(done, segment.end - segment.start));
    if (segment.end !== end) {
      end = segment.end;
      thread.tell({ kind: 'cut', read: id, end });
    }
    onBytes();
  };
  const hear = (news: ReadNews): void => {
    if (news.kind === 'headers') return guard(() => onHeaders(news.headers));
    if (news.kind === 'wrote') return guard(() => count(news.done));
    signal?.removeEventListener('abort', abort);
    if (news.kind === 'lost') return reject(news.error);
    try {
      // What arrived before it was ended counts.
      count(news.done);
    } catch (error) {
      failure ??= { error };
    }
    if (failure) return reject(failure.error);
    if (news.error) return reject(fromData(news.error));
    resolve(news.answer);
  };
  const abort = (): void => fail(signal?.reason);
  const { start, done } = segment;
  const order = { file, url: hop.url.href, headers: hop.headers, tls, start, end, done, size, descriptor: read.file, stallAfter };
  const id = thread.read(order, hear);
  if (signal?.aborted) abort();
  signal?.addEventListener('abort', abort, { once: true });
  return promise;
}
