import { type HttpResponse, type HttpStream, IlabError } from '@ilab/core';
import type { Dispatcher } from 'undici';
import { networkError } from './network-error.ts';

/** Headers as the ports have them: lower-case names, repeated ones joined. */
export function plainHeaders(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : value;
  }
  return plain;
}

/** @throws IlabError E_REGISTRY when the body is larger than allowed */
export async function readBody(
  { body }: Dispatcher.ResponseData,
  { maxBytes, host }: { readonly maxBytes: number; readonly host: string },
): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) {
      body.destroy();
      throw new IlabError('E_REGISTRY', `${host} answers with more than ${maxBytes} bytes where little was expected.`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

export function httpResponse({ status, headers, url, body }: Omit<HttpResponse, 'text' | 'json'>): HttpResponse {
  const text = (): string => new TextDecoder().decode(body);
  return {
    status,
    headers,
    url,
    body,
    text,
    json() {
      try {
        return JSON.parse(text());
      } catch {
        throw new IlabError('E_REGISTRY', `${URL.parse(url)?.host ?? 'The host'} answers with no JSON where some was expected.`, {
          hint: 'Check the host: it may be no registry, or behind a login page.',
        });
      }
    },
  };
}

type Streamed = Pick<HttpStream, 'status' | 'headers' | 'url'> & { readonly answer: Dispatcher.ResponseData };

/** An answer whose body is read as it comes. */
export function httpStream({ status, headers, url, answer }: Streamed): HttpStream {
  return {
    status,
    headers,
    url,
    body: pieces(answer, new URL(url)),
    async cancel() {
      discard(answer);
    },
  };
}

async function* pieces(answer: Dispatcher.ResponseData, url: URL): AsyncGenerator<Uint8Array> {
  try {
    yield* answer.body as AsyncIterable<Buffer>;
  } catch (error) {
    throw networkError(error, url);
  } finally {
    discard(answer);
  }
}

/** Gives up an answer; what its connection says then is of no interest. */
export function discard({ body }: Dispatcher.ResponseData): void {
  body.on('error', () => undefined).destroy();
}
