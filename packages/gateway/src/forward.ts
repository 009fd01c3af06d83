import { Agent, type ClientRequest, type IncomingMessage, request as requestHttp, type ServerResponse } from 'node:http';
import { Agent as TlsAgent, request as requestHttps } from 'node:https';
import type { EngineSession } from '@ilab/core';
import { ApiError } from './api-error.ts';
import { passOn } from './pass-on.ts';

export interface Forwarded {
  readonly session: Pick<EngineSession, 'endpoint' | 'headers'>;
  readonly method: 'GET' | 'POST';
  /** Below the endpoint's origin, as `/v1/completions`. */
  readonly path: string;
  readonly body?: Buffer;
  readonly response: ServerResponse;
  /** Aborted when whoever asked is gone. */
  readonly signal: AbortSignal;
  /** Sees each piece of the answer on its way. */
  readonly onPiece: (piece: Buffer) => void;
}

/** What of an engine's answer is passed on. All else is between it and us. */
const PASSED = ['content-type', 'cache-control', 'retry-after', 'x-accel-buffering', 'x-request-id'];
/** Milliseconds without a byte. An engine that computes a long prompt is silent for long. */
const SILENCE = 600_000;

/** With a time of their own, without which they heed no server that says how long it keeps a connection. */
const agents = { 'http:': new Agent({ keepAlive: true, timeout: SILENCE }), 'https:': new TlsAgent({ keepAlive: true, timeout: SILENCE }) };

/**
 * Sends a request on to an engine, and its answer back as it comes, no faster than it is taken.
 * @throws ApiError 502 when the engine can't be asked; what breaks afterwards ends the answer
 */
export async function forward({ session, method, path, body, response, signal, onPiece }: Forwarded): Promise<void> {
  const answer = await ask({ session, method, path, body, signal });
  const headers = Object.fromEntries(PASSED.flatMap((name) => (answer.headers[name] === undefined ? [] : [[name, answer.headers[name]]])));
  response.writeHead(answer.statusCode ?? 502, headers);
  try {
    await passOn(answer, response, onPiece);
    response.end();
  } catch {
    breakOff(response, String(headers['content-type'] ?? ''));
  }
}

type Asking = Pick<Forwarded, 'session' | 'method' | 'path' | 'signal'> & { readonly body: Buffer | undefined };

async function ask(asking: Asking): Promise<IncomingMessage> {
  try {
    return await askOnce(asking).catch((error: unknown) => {
      if (error instanceof IdleConnectionLost) return askOnce(asking);
      throw error;
    });
  } catch {
    throw new ApiError(502, 'The engine broke off. Try again.', { code: 'engine_unreachable', headers: { 'retry-after': '1' } });
  }
}

/** A connection that was kept was closed at the other end just as it was used again. If the engine has died instead, nobody answers the second time. */
class IdleConnectionLost extends Error {}

function askOnce({ session, method, path, body, signal }: Asking): Promise<IncomingMessage> {
  const url = new URL(session.endpoint);
  // A path below `/v1` is below the endpoint, wherever that is; others are beside it.
  url.pathname = path.startsWith('/v1/') ? url.pathname + path.slice('/v1'.length) : url.pathname.replace(/\/v1$/, '') + path;
  const headers = { ...session.headers, accept: '*/*', ...(body && { 'content-type': 'application/json', 'content-length': String(body.length) }) };
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  const options = { method, headers, signal, timeout: SILENCE };
  const asked: ClientRequest =
    url.protocol === 'https:' ? requestHttps(url, { ...options, agent: agents['https:'] }) : requestHttp(url, { ...options, agent: agents['http:'] });
  asked.on('response', resolve);
  asked.on('error', (error: NodeJS.ErrnoException) => {
    const isIdleLost = asked.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
    reject(isIdleLost ? new IdleConnectionLost(error.message) : error);
  });
  asked.on('timeout', () => asked.destroy(new Error('the engine is silent')));
  asked.end(body);
  return promise;
}

/** The head is out: a stream can still say what happened, anything else can only be cut off, so that nobody takes it for whole. */
function breakOff(response: ServerResponse, type: string): void {
  if (response.destroyed) return;
  if (!type.startsWith('text/event-stream') || response.writableNeedDrain) {
    response.destroy();
    return;
  }
  response.end(`\n\ndata: ${new ApiError(502, 'The engine broke off. Try again.', { code: 'engine_broke_off' }).body()}\n\n`);
}
