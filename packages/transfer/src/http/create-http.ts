import { setTimeout as sleep } from 'node:timers/promises';
import { type CallOptions, type Http, type HttpRequest, IlabError, isIlabError } from '@ilab/core';
import type { Dispatcher } from 'undici';
import type { NetworkOptions } from '../options.ts';
import { type Connections, createConnections } from './dispatcher.ts';
import { isHopeless, networkError } from './network-error.ts';
import { openBody } from './request-body.ts';
import { discard, httpResponse, httpStream, plainHeaders, readBody } from './response.ts';
import { isPassing, MOST_RETRIES, retryDelay } from './retry-policy.ts';
import { checkUrl, followRedirect, type Hop, isRedirect, MOST_REDIRECTS } from './url-rules.ts';

/** Largest answer of a registry's API, in bytes. */
const MAX_BYTES = 32 * 1024 * 1024;

/** The client for what registries say: small answers, with retries, redirects, proxies and certificates seen to. */
export function createHttp(options: NetworkOptions): Http & { close(): Promise<void> } {
  const connections = createConnections(options);
  return {
    async request(request, call) {
      const { answer, url } = await persist({ connections, options, request }, call, async (opened) => ({
        ...opened,
        body: await readBody(opened.answer, { maxBytes: request.maxBytes ?? MAX_BYTES, host: new URL(opened.url).host }),
      }));
      return httpResponse(settled(answer, url));
    },
    async stream(request, call) {
      const { answer, url } = await persist({ connections, options, request }, call, async (opened) => opened);
      return httpStream(settled(answer, url));
    },
    close: () => connections.close(),
  };
}

/** An answer whose headers are there. */
type Opened = { readonly answer: Dispatcher.ResponseData; readonly status: number; readonly headers: Record<string, string>; readonly url: string };
type Asking = { readonly connections: Connections; readonly options: NetworkOptions; readonly request: HttpRequest };
type Attempt<T> = { readonly passing: boolean; readonly taken?: T; readonly error?: unknown };

/** Asks until there is an answer that will not pass. `take` is part of the try. */
async function persist<T extends Opened>(
  asking: Asking,
  { signal }: CallOptions,
  take: (opened: Opened) => Promise<T>,
): Promise<{ readonly answer: T; readonly url: URL }> {
  const { options, request } = asking;
  const url = checkUrl(request.url, options.registries);
  if (options.offline) throw new IlabError('E_OFFLINE', `${url.host} would be asked, and ilab is offline.`, { hint: 'Leave out --offline.' });
  for (let attempt = 1; ; attempt++) {
    const { passing, taken, error } = await tryOnce(asking, { url, signal }, take);
    if (passing && !request.once && attempt <= MOST_RETRIES) {
      if (taken) discard(taken.answer);
      options.logger?.debug(`${url.host}: trying again (${attempt})`);
      await sleep(retryDelay(attempt, taken?.headers), undefined, signal && { signal });
    } else if (taken) return { answer: taken, url };
    else throw error;
  }
}

type Try = { readonly url: URL; readonly signal: AbortSignal | undefined };

async function tryOnce<T extends Opened>(asking: Asking, { url, signal }: Try, take: (opened: Opened) => Promise<T>): Promise<Attempt<T>> {
  try {
    const taken = await take(await send(asking, { url, signal }));
    return { passing: isPassing(taken.status), taken };
  } catch (error) {
    signal?.throwIfAborted();
    const problem = networkError(error, url);
    return { passing: isIlabError(problem) && problem.retryable && !isHopeless(problem), error: problem };
  }
}

/** @throws IlabError E_RATE_LIMITED for what is left of many tries */
function settled<T extends Opened>(opened: T, url: URL): T {
  if (opened.status !== 429) return opened;
  discard(opened.answer);
  throw new IlabError('E_RATE_LIMITED', `${url.host} asks to slow down.`, { hint: 'Wait some minutes; with a token the limit is higher.', retryable: true });
}

async function send({ connections, options, request }: Asking, { url, signal }: Try): Promise<Opened> {
  let hop: Hop = { url, headers: { 'user-agent': options.userAgent, ...lowerCase(request.headers ?? {}) } };
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const dispatcher = await connections.for(hop.url);
    const answer: Dispatcher.ResponseData = await dispatcher.request({
      origin: hop.url.origin,
      path: hop.url.pathname + hop.url.search,
      method: request.method ?? 'GET',
      ...openBody(request.body, hop.headers),
      ...(request.answerWithin !== undefined && { headersTimeout: request.answerWithin }),
      ...(signal && { signal }),
    });
    const headers = plainHeaders(answer.headers);
    const follows = isRedirect(answer.statusCode) && request.redirect !== 'manual' && ['GET', 'HEAD', undefined].includes(request.method);
    if (!follows) return { answer, status: answer.statusCode, headers, url: hop.url.href };
    await readBody(answer, { maxBytes: request.maxBytes ?? MAX_BYTES, host: hop.url.host });
    hop = followRedirect(hop, headers['location'], options.registries);
  }
  throw new IlabError('E_REGISTRY', `${url.host} redirects without end.`);
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
