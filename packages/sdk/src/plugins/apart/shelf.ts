import type { Handler, Plain } from './peer.ts';

/** Opens something to read, as often as it is asked for. */
export type Lendable = (params: Plain, signal: AbortSignal) => AsyncIterable<unknown>;

/** What lies ready for the other side: things that it may open, and those that it is reading. */
export interface Shelf {
  readonly handlers: Readonly<Record<string, Handler>>;
  /** An answer, with a number in the place of what is to be read. */
  place(value: unknown): unknown;
  lend(open: Lendable): { readonly lent: number; takeBack(): void };
  clear(): void;
}

/** Answers that are being read at once. */
const MOST_STREAMS = 128;
const GONE = 'it asked for something that is not there any more';

export function createShelf(): Shelf {
  const streams = new Map<number, AsyncIterator<unknown>>();
  const lent = new Map<number, Lendable>();
  let last = 0;

  const place = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || !(Symbol.asyncIterator in value)) return value;
    if (streams.size >= MOST_STREAMS) throw new Error(`it reads more than ${MOST_STREAMS} things at once`);
    last += 1;
    streams.set(last, (value as AsyncIterable<unknown>)[Symbol.asyncIterator]());
    return { $stream: last };
  };
  const stop = async (stream: number): Promise<void> => {
    const iterator = streams.get(stream);
    streams.delete(stream);
    await iterator?.return?.();
  };

  return {
    place,
    handlers: {
      async $open({ lent: id, ...params }, signal) {
        const open = lent.get(Number(id));
        if (!open) throw new Error(GONE);
        return open(params, signal);
      },
      async $next({ stream }) {
        const iterator = streams.get(Number(stream));
        if (!iterator) throw new Error(GONE);
        const { done = false, value } = await iterator.next();
        if (done) streams.delete(Number(stream));
        return done ? { done } : { done, value };
      },
      async $stop({ stream }) {
        await stop(Number(stream));
      },
    },
    lend(open) {
      last += 1;
      const id = last;
      lent.set(id, open);
      return { lent: id, takeBack: () => void lent.delete(id) };
    },
    clear() {
      for (const stream of streams.keys()) stop(stream).catch(() => undefined);
      lent.clear();
    },
  };
}
