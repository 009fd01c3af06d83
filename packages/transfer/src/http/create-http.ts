import { setTimeout as sleep } from 'node:timers/promises';
import { type Http, type HttpRequest, type HttpResponse, IlabError, isIlabError } from '@ilab/core';
import type { Dispatcher } from 'undici';
import type { NetworkOptions } from '../options.ts';
import { type Connections, createConnections } from './dispatcher.ts';
import { isHopeless, networkError } from './network-error.ts';
import { openBody } from './request-body.ts';
import { httpResponse, plainHeaders, readBody } from './response.ts';
import { isPassing, MOST_RETRIES, retryDelay } from './retry-policy.ts';
import { checkUrl, followRedirect, type Hop, isRedirect, MOST_REDIRECTS } from './url-rules.ts';

/** Largest answer of a registry's API, in bytes. */
const MAX_BYTES = 32 * 1024 * 1024;

/** The client for what registries say: small answers, with retries, redirects, proxies and certificates seen to. */
export function createHttp(options: NetworkOptions): Http & { close(): Promise<void> } {
  const connections = createConnections(options);
  return {
    async request(request, { signal }) {
      const url = checkUrl(request.url, options.registries);
      if (options.offline) throw new IlabError('E_OFFLINE', `${url.host} would be asked, and ilab is offline.`, { hint: 'Leave out --offline.' });
      for (let attempt = 1; ; attempt++) {
        const answer = await tryOnce({ connections, options, request, url, signal });
        if (!answer.passing || request.once || attempt > MOST_RETRIES) return settle(answer, url);
        options.logger?.debug(`${url.host}: trying again (${attempt})`);
        await sleep(retryDelay(attempt, answer.response?.headers), undefined, signal && { signal });
      }
    },
    close: () => connections.close(),
  };
}

type Attempt = { readonly passing: boolean; readonly response?: HttpResponse; readonly error?: unknown };
type Try = { connections: Connections; options: NetworkOptions; request: HttpRequest; url: URL; signal: AbortSignal | undefined };

async function tryOnce({ connections, options, request, url, signal }: Try): Promise<Attempt> {
  try {
    const response = await send({ connections, options, request, url, signal });
    return { passing: isPassing(response.status), response };
  } catch (error) {
    signal?.throwIfAborted();
    const problem = networkError(error, url);
    return { passing: isIlabError(problem) && problem.retryable && !isHopeless(problem), error: problem };
  }
}

function settle({ response, error }: Attempt, url: URL): HttpResponse {
  if (!response) throw error;
  if (response.status === 429) {
    throw new IlabError('E_RATE_LIMITED', `${url.host} asks to slow down.`, { hint: 'Wait some minutes; with a token the limit is higher.', retryable: true });
  }
  return response;
}

async function send({ connections, options, request, url, signal }: Try): Promise<HttpResponse> {
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
    const body = await readBody(answer, { maxBytes: request.maxBytes ?? MAX_BYTES, host: hop.url.host });
    if (!follows) return httpResponse({ status: answer.statusCode, headers, url: hop.url.href, body });
    hop = followRedirect(hop, headers['location'], options.registries);
  }
  throw new IlabError('E_REGISTRY', `${url.host} redirects without end.`);
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
