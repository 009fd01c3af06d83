import type { IncomingMessage } from 'node:http';
import { ApiError } from './api-error.ts';

/** In bytes. */
export const LARGEST_BODY: number = 8 * 1024 * 1024;

/** A JSON object that was sent, and its bytes as they came. */
export interface SentBody {
  readonly bytes: Buffer;
  readonly json: Readonly<Record<string, unknown>>;
}

/** What is held in memory of requests, of all together. */
export interface HeldBytes {
  /** @throws ApiError 429 when it would be too much */
  take(bytes: number): void;
  give(bytes: number): void;
}

export function holdAtMost(most: number): HeldBytes {
  let held = 0;
  return {
    take(bytes) {
      if (held + bytes > most) throw tooMany();
      held += bytes;
    },
    give(bytes) {
      held -= bytes;
    },
  };
}

/** @throws ApiError 400, 413, and what `take` throws */
export async function readBody(request: IncomingMessage, { take }: Pick<HeldBytes, 'take'>): Promise<SentBody> {
  const chunks: Buffer[] = [];
  let size = 0;
  if (Number(request.headers['content-length'] ?? 0) > LARGEST_BODY) throw tooLarge();
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw tooLarge();
    take(chunk.length);
    chunks.push(chunk);
  }
  const bytes = Buffer.concat(chunks);
  return { bytes, json: parse(bytes) };
}

function parse(bytes: Buffer): SentBody['json'] {
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new ApiError(400, 'The request is no JSON.', { code: 'invalid_json' });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as SentBody['json'];
  throw new ApiError(400, 'The request is no JSON object.', { code: 'invalid_json' });
}

/** For whoever comes when there is no place. */
export function tooMany(): ApiError {
  return new ApiError(429, 'Too many requests are under way. Try again later.', { code: 'too_many_requests', headers: { 'retry-after': '1' } });
}

function tooLarge(): ApiError {
  return new ApiError(413, `The request has more than ${LARGEST_BODY} bytes.`, { code: 'request_too_large' });
}
