import type { Duplex } from 'node:stream';
import { createMessages } from './frames.ts';
import { createShelf, type Lendable } from './shelf.ts';

export type Plain = Readonly<Record<string, unknown>>;

/** What one side does for the other. An async iterable as the answer is read piece by piece, as fast as it is wanted. */
export type Handler = (params: Plain, signal: AbortSignal) => Promise<unknown>;

export interface PeerOptions {
  readonly handlers: Readonly<Record<string, Handler>>;
  /** What is said without an answer. */
  readonly notes: Readonly<Record<string, (params: Plain) => void>>;
  /** Calls of the other side at once; more break it. */
  readonly mostAtOnce: number;
  readonly errors: { encode(error: unknown): Plain; decode(error: Plain): Error };
  /** Called once, before all calls fail with what it has made of it by {@link Peer.fail}. */
  readonly broken: (why: string) => void;
  /** Told of every sign of life that was asked for with {@link Peer.ping}. */
  readonly pong?: () => void;
  /** Told whenever it changes: calls of this side that wait, and calls of the other side that are being answered. */
  readonly balance?: (waiting: number, serving: number) => void;
}

/** One end of a channel between host and plugin; both ends are alike. */
export interface Peer {
  call(method: string, params: Plain, signal?: AbortSignal): Promise<unknown>;
  note(method: string, params: Plain): void;
  /** Asks for a sign of life. */
  ping(): void;
  /** Reads what a call answers piece by piece. */
  read(method: string, params: Plain, signal?: AbortSignal): AsyncIterable<unknown>;
  /** Something that the other side may open with {@link Peer.borrow}, until it is taken back. */
  lend(open: Lendable): { readonly lent: number; takeBack(): void };
  borrow(lent: number, params?: Plain, signal?: AbortSignal): AsyncIterable<unknown>;
  /** Ends every call. */
  fail(why: Error): void;
}

type Waiting = { resolve(value: unknown): void; reject(error: unknown): void };

export function createPeer(channel: Duplex, options: PeerOptions): Peer {
  const { handlers, notes, mostAtOnce, errors } = options;
  const waiting = new Map<number, Waiting>();
  const serving = new Map<number, AbortController>();
  const shelf = createShelf();
  let ended: Error | undefined;
  let last = 0;

  const balance = (): void => options.balance?.(waiting.size, serving.size);
  const fail = (why: Error): void => {
    ended ??= why;
    for (const { reject } of waiting.values()) reject(ended);
    for (const controller of serving.values()) controller.abort();
    waiting.clear();
    shelf.clear();
    balance();
  };
  const broken = (why: string): void => {
    if (ended) return;
    options.broken(why);
    fail(new Error(why));
  };

  const answer = async (id: number, { method, params }: { readonly method: string; readonly params: Plain }): Promise<void> => {
    const from = Object.hasOwn(handlers, method) ? handlers : shelf.handlers;
    const handler = Object.hasOwn(from, method) ? from[method] : undefined;
    if (!handler || serving.has(id)) return broken('it asked for something that there is not');
    if (serving.size >= mostAtOnce) return broken(`it asked for more than ${mostAtOnce} things at once`);
    const controller = new AbortController();
    serving.set(id, controller);
    balance();
    try {
      const value = await handler(params, controller.signal);
      messages.send({ done: id, value: shelf.place(value) });
    } catch (error) {
      messages.send({ fail: id, error: errors.encode(error) });
    } finally {
      serving.delete(id);
      balance();
    }
  };

  const settle = (id: number, end: (one: Waiting) => void): void => {
    const one = waiting.get(id);
    waiting.delete(id);
    if (one) end(one);
    balance();
  };

  const hear = (note: string, params: Plain): void => {
    if (note === '$ping') messages.send({ note: '$pong' });
    else if (note === '$pong') options.pong?.();
    else if (Object.hasOwn(notes, note)) notes[note]?.(params);
    else broken('it sent what is no message');
  };

  const receive = (message: unknown): void => {
    if (ended) return;
    const { call, done, fail: failed, note, abort, method, value, error, params = {} } = message as Plain;
    if (!isPlain(params)) return broken('it sent what is no message');
    if (typeof call === 'number' && typeof method === 'string') void answer(call, { method, params });
    else if (typeof done === 'number') settle(done, ({ resolve }) => resolve(value));
    else if (typeof failed === 'number' && isPlain(error)) settle(failed, ({ reject }) => reject(errors.decode(error)));
    else if (typeof abort === 'number') serving.get(abort)?.abort();
    else if (typeof note === 'string') hear(note, params);
    else broken('it sent what is no message');
  };

  const messages = createMessages(channel, {
    message: (message) => (isPlain(message) ? receive(message) : broken('it sent what is no message')),
    broken,
  });

  const call: Peer['call'] = (method, params, signal) =>
    new Promise((resolve, reject) => {
      if (ended) return reject(ended);
      if (signal?.aborted) return reject(signal.reason as Error);
      last += 1;
      const id = last;
      const abort = (): void => {
        messages.send({ abort: id });
        settle(id, (one) => one.reject(signal?.reason));
      };
      const over = (): void => signal?.removeEventListener('abort', abort);
      signal?.addEventListener('abort', abort, { once: true });
      waiting.set(id, {
        resolve: (value) => {
          over();
          resolve(value);
        },
        reject: (error) => {
          over();
          reject(error);
        },
      });
      balance();
      messages.send({ call: id, method, params });
    });

  async function* read(method: string, params: Plain, signal?: AbortSignal): AsyncGenerator<unknown> {
    const opened = await call(method, params, signal);
    const stream = isPlain(opened) ? opened['$stream'] : undefined;
    if (typeof stream !== 'number') throw errors.decode({ message: 'it answered with nothing that can be read' });
    let isOver = false;
    try {
      for (;;) {
        const next = await call('$next', { stream }, signal);
        if (!isPlain(next)) throw errors.decode({ message: 'it answered with nothing that can be read' });
        isOver = next['done'] === true;
        if (isOver) return;
        yield next['value'];
      }
    } finally {
      if (!isOver && !ended) call('$stop', { stream }).catch(() => undefined);
    }
  }

  return {
    call,
    read,
    note: (note, params) => messages.send({ note, params }),
    ping: () => messages.send({ note: '$ping' }),
    lend: shelf.lend,
    borrow: (lent, params = {}, signal) => read('$open', { lent, ...params }, signal),
    fail,
  };
}

export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
