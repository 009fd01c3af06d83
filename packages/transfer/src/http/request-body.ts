import { Readable } from 'node:stream';
import type { HttpRequest } from '@ilab/core';

type Sent = { readonly headers: Readonly<Record<string, string>>; readonly body: string | Uint8Array | Readable | null };

/**
 * A request's body as the client takes it, opened anew for every try. What is sent is counted by the client: a body of another
 * length than the one announced breaks the connection, so that no server takes a part for the whole.
 */
export function openBody(body: HttpRequest['body'], headers: Readonly<Record<string, string>>): Sent {
  if (body === undefined) return { headers, body: null };
  if (typeof body === 'string' || body instanceof Uint8Array) return { headers, body };
  const length: Record<string, string> = body.size === undefined ? {} : { 'content-length': String(body.size) };
  return { headers: { ...headers, ...length }, body: Readable.from(body.open(), { objectMode: false }) };
}
