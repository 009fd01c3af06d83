import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer, Exchange } from './fault-server.ts';

/** What a head says; numbers are of the file. */
type Said = Readonly<Record<string, string>>;

/** As servers should: ranges, an exact length, a strong validator. */
export function ordinary(said: Said = {}): Answer {
  return (exchange) => {
    const { response, bytes } = begin(exchange, said);
    response.end(bytes);
  };
}

/** Sends all bytes before offset `at` of the file, then breaks the connection. */
export function cut(at: number, how: 'fin' | 'rst' = 'fin'): Answer {
  return async (exchange) => {
    const { response } = await sendUntil(exchange, at);
    const { socket } = response;
    if (how === 'rst') socket?.resetAndDestroy();
    else socket?.destroy();
  };
}

/** Sends so many bytes of what was asked for, then breaks the connection. */
export function cutAfter(bytes: number): Answer {
  return (exchange) => cut((exchange.range?.[0] ?? 0) + bytes)(exchange);
}

/** Sends all bytes before offset `at` of the file, then nothing more, and keeps the connection. */
export function stall(at: number): Answer {
  return (exchange) => sendUntil(exchange, at);
}

/** A byte now and then, for ever. */
export function trickle(): Answer {
  return async (exchange) => {
    const { response, bytes } = begin(exchange);
    for (let at = 0; at < bytes.length && !response.destroyed; at++) {
      response.write(bytes.subarray(at, at + 1));
      await sleep(100);
    }
  };
}

/** Takes the request and never says a word. */
export function silence(): Answer {
  return () => undefined;
}

export function status(code: number, said: Said = {}, body = ''): Answer {
  return ({ response }) => response.writeHead(code, said).end(body);
}

/** Sends a head and bytes as they are told, whatever was asked for. */
export function lie(code: number, said: Said, body: Uint8Array | string): Answer {
  return ({ response }) => response.writeHead(code, said).end(body);
}

/** The whole file, whatever range is asked for; `at`: and breaks the connection there. */
export function wholeOnly({ at }: { readonly at?: number } = {}): Answer {
  return (exchange) => (at === undefined ? ordinary() : cut(at))({ ...exchange, range: undefined });
}

/** One byte of the file is another. */
export function spoil(at: number): Answer {
  return (exchange) => {
    const content = Buffer.from(exchange.content);
    content[at] = (content[at] ?? 0) ^ 0xff;
    return ordinary()({ ...exchange, content });
  };
}

/** So many bytes a second on each connection. */
export function slowly(perSecond: number, { ranges = true }: { readonly ranges?: boolean } = {}): Answer {
  return async (exchange) => {
    const { response, bytes } = begin(ranges ? exchange : { ...exchange, range: undefined });
    const step = Math.ceil(perSecond / 50);
    let at = 0;
    for (; at + step < bytes.length && !response.destroyed; at += step) {
      response.write(bytes.subarray(at, at + step));
      await sleep(20);
    }
    // The end comes with the last bytes: a client that has them goes on to its next request.
    response.end(bytes.subarray(at));
  };
}

function begin({ response, content, range }: Exchange, said: Said = {}): { response: Exchange['response']; bytes: Buffer } {
  const [from, to] = range ?? [0, content.length];
  const contentRange = range && { 'content-range': `bytes ${from}-${to - 1}/${content.length}` };
  response.writeHead(range ? 206 : 200, { 'content-length': to - from, etag: '"one"', ...contentRange, ...said });
  return { response, bytes: content.subarray(from, to) };
}

async function sendUntil(exchange: Exchange, at: number): Promise<{ response: Exchange['response'] }> {
  const { response, bytes } = begin(exchange);
  const part = bytes.subarray(0, Math.max(0, at - (exchange.range?.[0] ?? 0)));
  response.flushHeaders();
  if (part.length > 0) await new Promise((resolve) => response.write(part, resolve));
  // A reset would take away from the client what it has not read yet.
  await sleep(20);
  return { response };
}
