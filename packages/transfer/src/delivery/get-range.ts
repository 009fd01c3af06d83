import { setTimeout as sleep } from 'node:timers/promises';
import { IlabError, type RangeAnswer, type RangeRequest } from '@ilab/core';
import type { Dispatcher } from 'undici';
import type { FetchDeps } from '../fetch/fetch-blob.ts';
import { networkError } from '../http/network-error.ts';
import { plainHeaders } from '../http/response.ts';
import { checkUrl, followRedirect, type Hop, isRedirect, MOST_REDIRECTS } from '../http/url-rules.ts';

export interface GetOptions {
  readonly signal: AbortSignal;
  /** Waits that are this side's own. */
  readonly hold: <T>(wait: () => Promise<T>) => Promise<T>;
  readonly onBytes: (bytes: number) => void;
}

/** GETs one range over one connection of the budget, at the pace of all. One try: whoever asks knows what a failure means. */
export async function getRange(deps: FetchDeps, request: RangeRequest, options: GetOptions): Promise<RangeAnswer> {
  const { registries, userAgent } = deps.options;
  const url = checkUrl(request.url, registries);
  const giveBack = await options.hold(() => deps.budget.take(options.signal));
  try {
    const answer = await send(deps, { hop: { url, headers: { 'user-agent': userAgent, ...request.headers } }, request }, options);
    if (answer.statusCode === 206 && isRange(plainHeaders(answer.headers), request)) {
      return { status: 206, body: bodyOf(deps, { answer, url, length: request.to - request.from, giveBack }, options) };
    }
    answer.body.on('error', () => undefined).destroy();
    giveBack();
    return { status: answer.statusCode === 206 ? 416 : answer.statusCode, body: nothing() };
  } catch (error) {
    giveBack();
    options.signal.throwIfAborted();
    throw networkError(error, url);
  }
}

type Sending = { readonly hop: Hop; readonly request: RangeRequest };

async function send(deps: FetchDeps, { hop: first, request: { from, to } }: Sending, { signal }: GetOptions): Promise<Dispatcher.ResponseData> {
  let hop = first;
  for (let redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
    const dispatcher = await deps.connections.for(hop.url);
    const headers = { ...hop.headers, 'accept-encoding': 'identity', range: `bytes=${from}-${to - 1}` };
    const answer = await dispatcher.request({ origin: hop.url.origin, path: hop.url.pathname + hop.url.search, method: 'GET', headers, signal });
    if (!isRedirect(answer.statusCode)) return answer;
    answer.body.on('error', () => undefined).destroy();
    hop = followRedirect(hop, plainHeaders(answer.headers)['location'], deps.options.registries);
  }
  throw new IlabError('E_REGISTRY', `${first.url.host} redirects without end.`, { side: 'source' });
}

function isRange(headers: Readonly<Record<string, string>>, { from, to }: RangeRequest): boolean {
  const sent = /^bytes (\d+)-(\d+)\/(?:\d+|\*)$/.exec(headers['content-range'] ?? '');
  return sent !== null && Number(sent[1]) === from && Number(sent[2]) === to - 1;
}

type Body = { readonly answer: Dispatcher.ResponseData; readonly url: URL; readonly length: number; readonly giveBack: () => void };

async function* bodyOf(deps: FetchDeps, { answer, url, length, giveBack }: Body, { signal, hold, onBytes }: GetOptions): AsyncGenerator<Uint8Array> {
  let left = length;
  try {
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      onBytes(chunk.length);
      deps.budget.count(chunk.length);
      left -= chunk.length;
      if (left < 0) throw new IlabError('E_INTEGRITY', `${url.host} sends more bytes than were asked for.`, { side: 'source' });
      const wait = deps.pace(chunk.length);
      if (wait > 0) await hold(() => sleep(wait, undefined, { signal }));
      yield chunk;
    }
    if (left > 0) throw Object.assign(new Error('the answer ended too early'), { code: 'UND_ERR_SOCKET' });
  } catch (error) {
    signal.throwIfAborted();
    throw networkError(error, url);
  } finally {
    giveBack();
    answer.body.on('error', () => undefined).destroy();
  }
}

async function* nothing(): AsyncGenerator<Uint8Array> {}
