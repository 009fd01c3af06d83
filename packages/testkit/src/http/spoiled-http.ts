import { type CallOptions, type Http, type HttpRequest, type HttpResponse, IlabError } from '@ilab/core';
import { collect } from '../collect.ts';

/** What becomes of an answer: the same with other words, or another. */
export type Spoil = (answer: SpoiledAnswer, request: HttpRequest) => SpoiledAnswer;

/** An answer that can be changed before an adapter sees it. */
export interface SpoiledAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A server that answers as another does, spoiled: for an adapter that must not believe it. Requests go to the other one. */
export function spoiledHttp(http: Http, spoil: Spoil): Http {
  return {
    async request(request, options) {
      const { status, headers, url, body } = await http.request(request, options);
      return responseOf(spoil({ status, headers, text: new TextDecoder().decode(body) }, request), url);
    },
    async stream(request, options) {
      const { status, headers, url, body } = await http.stream(request, options);
      const text = Buffer.concat(await collect(body)).toString();
      const response = responseOf(spoil({ status, headers, text }, request), url);
      return { status: response.status, headers: response.headers, url, body: once(response.body), cancel: async () => undefined };
    },
  };
}

/** A server that says the same to everything. */
export function constantHttp(answer: SpoiledAnswer): Http {
  return {
    request: async ({ url }, { signal }) => {
      signal?.throwIfAborted();
      return responseOf(answer, url);
    },
    stream: async ({ url }, { signal }) => {
      signal?.throwIfAborted();
      const { status, headers, body } = responseOf(answer, url);
      return { status, headers, url, body: once(body), cancel: async () => undefined };
    },
  };
}

/** A server whose every answer has a gigabyte. @returns also how many bytes of it were taken */
export function endlessHttp(): { readonly http: Http; taken(): number } {
  const piece = new Uint8Array(1024 * 1024).fill(32);
  let taken = 0;
  const whole = 1024 * piece.length;
  async function* endless(): AsyncIterable<Uint8Array> {
    for (; taken < whole; taken += piece.length) yield piece;
  }
  const http: Http = {
    async request({ maxBytes = 32 * 1024 * 1024, url }: HttpRequest, { signal }: CallOptions) {
      signal?.throwIfAborted();
      taken += Math.min(maxBytes, whole);
      if (maxBytes < whole) throw new IlabError('E_REGISTRY', `${new URL(url).host} answered with more than ${maxBytes} bytes.`, { hint: 'Try again later.' });
      return responseOf({ status: 200, headers: {}, text: '' }, url);
    },
    stream: async ({ url }) => ({ status: 200, headers: { 'content-length': String(whole) }, url, body: endless(), cancel: async () => undefined }),
  };
  return { http, taken: () => taken };
}

export function responseOf({ status, headers, text }: SpoiledAnswer, url: string): HttpResponse {
  return { status, headers, url, body: new TextEncoder().encode(text), text: () => text, json: () => parse(text, url) };
}

function parse(text: string, url: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new IlabError('E_REGISTRY', `${new URL(url).host} answered with something that is no JSON.`, { cause });
  }
}

async function* once(body: Uint8Array): AsyncIterable<Uint8Array> {
  yield body;
}
