import { isPlain, type Peer, type Plain } from '../peer.ts';
import { decodeError } from './errors.ts';

type Options = { readonly signal?: AbortSignal | undefined };

/** The ports that the host hands to a plugin, each a message away. */
export function contextOf(peer: Peer, { env, home, registries }: Plain): object {
  return {
    ...quietContext(peer),
    http: {
      request: async (request: Plain, { signal }: Options = {}) =>
        responseOf(await withBody(peer, request, (plain) => peer.call('http.request', plain, signal))),
      stream: async (request: Plain, { signal }: Options = {}) =>
        streamOf(peer, await withBody(peer, request, (plain) => peer.call('http.stream', plain, signal))),
    },
    env,
    home,
    registries,
    credentials: {
      find: (host: string, { signal, repository }: Options & { readonly repository?: string } = {}) =>
        peer.call('credentials.find', { host, repository }, signal),
      store: (host: string, credential: unknown, { signal }: Options = {}) => peer.call('credentials.store', { host, credential }, signal),
      erase: (host: string, { signal }: Options = {}) => peer.call('credentials.erase', { host }, signal),
    },
    answers: {
      get: (key: string) => peer.call('answers.get', { key }),
      put: async (key: string, answer: string, { wanted }: { readonly wanted?: boolean } = {}) =>
        void (await peer.call('answers.put', { key, answer, wanted })),
    },
  };
}

/** What parts have that get all they need in what they are asked. */
export function quietContext(peer: Peer): object {
  const log = (level: string) => (message: unknown) => peer.note('log', { level, message: String(message).slice(0, 2000) });
  return { logger: { warn: log('warn'), info: log('info'), debug: log('debug') } };
}

/** A body that is too large to hold lies ready for the host while the request lasts. */
async function withBody(peer: Peer, request: Plain, send: (plain: Plain) => Promise<unknown>): Promise<unknown> {
  const { body, ...rest } = request;
  if (!isPlain(body) || typeof body['open'] !== 'function') return send(request);
  const { lent, takeBack } = peer.lend(() => (body as { open(): AsyncIterable<unknown> }).open());
  try {
    return await send({ ...rest, lent, size: body['size'] });
  } finally {
    takeBack();
  }
}

function responseOf(answer: unknown): object {
  const response = answer as Plain & { readonly body: Uint8Array; readonly url: string };
  const text = (): string => new TextDecoder().decode(response.body);
  return {
    ...response,
    text,
    json() {
      try {
        return JSON.parse(text()) as unknown;
      } catch {
        throw decodeError({ code: 'E_REGISTRY', message: `${new URL(response.url).host} answered with something that is no JSON.` });
      }
    },
  };
}

function streamOf(peer: Peer, answer: unknown): object {
  const { lent, ...head } = answer as Plain & { readonly lent: number };
  const body = peer.borrow(lent)[Symbol.asyncIterator]();
  return { ...head, body: { [Symbol.asyncIterator]: () => body }, cancel: async () => void (await body.return?.()) };
}
