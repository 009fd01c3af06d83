import type { Endpoints, Http, Transfer } from '@ilab/core';
import type { Closeable } from './tokens.ts';

/** Something that is made when it is first used, and closed only if it was. */
function once<T extends Closeable>(make: () => Promise<T>): { readonly get: () => Promise<T>; readonly close: () => Promise<void> } {
  let made: Promise<T> | undefined;
  return {
    get: () => {
      made ??= make();
      return made;
    },
    close: async () => (await made)?.close(),
  };
}

/** The client, made when somebody is asked: what it has to know of hosts is in files that most commands need not read. */
export function deferredHttp(make: () => Promise<Http & Closeable>): Http & Closeable {
  const { get, close } = once(make);
  return {
    request: async (request, options) => (await get()).request(request, options),
    stream: async (request, options) => (await get()).stream(request, options),
    close,
  };
}

/** The same for servers that run models. */
export function deferredEndpoints(make: () => Promise<Endpoints & Closeable>): Endpoints & Closeable {
  const { get, close } = once(make);
  return { ask: async (request, options) => (await get()).ask(request, options), close };
}

/** The engine, made when something is fetched or unpacked. */
export function deferredTransfer(make: () => Promise<Transfer & Closeable>): Transfer & Closeable {
  const { get, close } = once(make);
  return {
    fetch: async (request, options) => (await get()).fetch(request, options),
    async *unpack(request, options) {
      yield* (await get()).unpack(request, options);
    },
    close,
  };
}
