import { type CallOptions, type Http, type HttpRequest, type HttpResponse, IlabError, isLoopback } from '@ilab/core';
import { collect } from '../collect.ts';

const MAX_BYTES = 32 * 1024 * 1024;

/**
 * The least that an {@link Http} is, for tests against a server of this machine: redirects, credentials and bounds as the port says, and
 * one try. It goes nowhere else, so that no test asks the world.
 */
export const localHttp: Http = {
  async request(request, options) {
    const { response, headers, url } = await send(request, options);
    const body = await reading(url, () => bounded(response, { most: request.maxBytes ?? MAX_BYTES, url }), options);
    const text = (): string => new TextDecoder().decode(body);
    return { status: response.status, headers, url, body, text, json: () => parse(text(), url) };
  },
  async stream(request, options) {
    const { response, headers, url } = await send(request, options);
    const reader = response.body?.getReader();
    return { status: response.status, headers, url, body: pieces(reader, url, options), cancel: async () => reader?.cancel() };
  },
};

type Sent = Pick<HttpResponse, 'headers' | 'url'> & { readonly response: Response };

async function send({ url, method = 'GET', headers = {}, body, redirect = 'follow' }: HttpRequest, options: CallOptions): Promise<Sent> {
  if (!isLoopback(new URL(url).hostname))
    throw new IlabError('E_NETWORK', `${new URL(url).host} is not on this machine.`, { hint: 'Tests speak to servers of their own.' });
  const content = typeof body === 'object' && 'open' in body ? Buffer.concat(await collect(body.open())) : body;
  const given = {
    method,
    headers,
    redirect,
    ...(content !== undefined && { body: content as string | Uint8Array<ArrayBuffer> }),
    ...(options.signal && { signal: options.signal }),
  };
  // Fetch takes credentials out of what it redirects to another origin.
  const response = await reading(url, () => fetch(url, given), options);
  return { response, headers: Object.fromEntries(response.headers), url: response.url === '' ? url : response.url };
}

/** @throws IlabError E_NETWORK for what breaks; what the signal threw as it is */
async function reading<T>(url: string, read: () => Promise<T>, { signal }: CallOptions): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    signal?.throwIfAborted();
    if (cause instanceof IlabError) throw cause;
    throw new IlabError('E_NETWORK', `${new URL(url).host} gave no whole answer.`, { cause, retryable: true });
  }
}

async function bounded(response: Response, { most, url }: { readonly most: number; readonly url: string }): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const part of response.body ?? []) {
    size += part.length;
    if (size > most) throw new IlabError('E_REGISTRY', `${new URL(url).host} answered with more than ${most} bytes.`);
    parts.push(part);
  }
  return Buffer.concat(parts);
}

async function* pieces(reader: ReadableStreamDefaultReader<Uint8Array> | undefined, url: string, options: CallOptions): AsyncIterable<Uint8Array> {
  for (;;) {
    const { done, value } = (await reading(url, async () => reader?.read(), options)) ?? { done: true, value: undefined };
    if (done || value === undefined) return;
    yield value;
  }
}

function parse(text: string, url: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new IlabError('E_REGISTRY', `${new URL(url).host} answered with something that is no JSON.`, { cause });
  }
}
