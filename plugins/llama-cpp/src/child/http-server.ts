import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ApiError, badRequest } from './api-error.ts';
import { type Body, isRecord } from './fields.ts';

/** A request that was let in. */
export interface Call {
  readonly body: Body;
  /** Aborted when whoever asked is gone. */
  readonly signal: AbortSignal;
  /** Begins a stream of events; each is sent as it is told. */
  stream(): Events;
}

export interface Events {
  /** @param event or what makes it when it is written, of all there is by then */
  send(event: object | (() => object)): void;
}

/** @returns what is answered, as JSON; undefined where the answer was streamed */
export type Handler = (call: Call) => Promise<object | undefined> | object;

/** Handlers by method and path, as `POST /v1/completions`. */
export type Routes = Readonly<Record<string, Handler>>;

/** In bytes. */
const LARGEST_BODY = 8 * 1024 * 1024;

/** Milliseconds, as long as a screen shows one picture. Each write wakes two more processes, which cost small models more than their tokens do. */
const BETWEEN_WRITES = 16;

/** A server for whoever has the key, and nobody else. */
export function createApiServer(routes: Routes, key: string): Server {
  const expected = Buffer.from(`Bearer ${key}`);
  return createServer({ requestTimeout: 60_000, headersTimeout: 10_000 }, (request, response) => {
    void answer(routes, { request, response, expected });
  });
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly expected: Buffer;
}

async function answer(routes: Routes, exchange: Exchange): Promise<void> {
  const { response } = exchange;
  let events: EventStream | undefined;
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('whoever asked is gone')));
  try {
    const { method, url = '' } = exchange.request;
    // What stands behind it may say which model is meant, and there is one here.
    const [path = ''] = url.split('?', 1);
    const handler = routes[`${method} ${path}`];
    if (path !== '/health') checkKey(exchange);
    if (!handler) throw new ApiError(404, `There is no ${method} ${path.slice(0, 200)}.`);
    const body = method === 'POST' ? await readJson(exchange.request) : {};
    const result = await handler({ body, signal: gone.signal, stream: () => (events ??= startStream(response)) });
    if (result === undefined) events?.end('[DONE]');
    else sendJson(response, 200, result);
  } catch (error) {
    if (gone.signal.aborted) return;
    fail({ response, events }, error);
  }
}

function checkKey({ request, expected }: Exchange): void {
  const shown = Buffer.from(request.headers.authorization ?? '');
  if (shown.length !== expected.length || !timingSafeEqual(shown, expected)) throw new ApiError(401, 'The key is missing or wrong.');
}

/** @throws ApiError 400, 413 */
async function readJson(request: IncomingMessage): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new ApiError(413, `The request has more than ${LARGEST_BODY} bytes.`);
    chunks.push(chunk);
  }
  let value: unknown;
  try {
    value = JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw badRequest('The request is no JSON.');
  }
  if (!isRecord(value)) throw badRequest('The request is no JSON object.');
  return value;
}

/** Events that are written together where they come together. */
interface EventStream extends Events {
  /** Writes what is left, and no more after it. */
  end(last: string): void;
}

function startStream(response: ServerResponse): EventStream {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache', 'x-accel-buffering': 'no' });
  const waiting: (object | (() => object))[] = [];
  let writtenAt = Number.NEGATIVE_INFINITY;
  const taken = (): string =>
    waiting
      .splice(0)
      .map((event) => asEvent(JSON.stringify(typeof event === 'function' ? event() : event)))
      .join('');
  const write = (): void => {
    if (waiting.length === 0) return;
    response.write(taken());
    writtenAt = performance.now();
  };
  return {
    send(event) {
      if (waiting.length === 0) {
        const left = writtenAt + BETWEEN_WRITES - performance.now();
        // Whoever tells of a token asks for the next one right after: it is computed while this one is written.
        if (left <= 0) setImmediate(write);
        else setTimeout(write, left);
      }
      waiting.push(event);
    },
    end(last) {
      response.end(taken() + asEvent(last));
    },
  };
}

function asEvent(data: string): string {
  return `data: ${data}\n\n`;
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  // What was not read of a request would be taken for the next one.
  if (!response.req.complete) response.setHeader('connection', 'close');
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

/** After the head is out, an error can only be an event. */
function fail({ response, events }: { readonly response: ServerResponse; readonly events: EventStream | undefined }, error: unknown): void {
  const known = error instanceof ApiError ? error : new ApiError(500, `The engine failed: ${error instanceof Error ? error.message : String(error)}`);
  if (known.status >= 500) process.stderr.write(`error: ${error instanceof Error ? error.stack : String(error)}\n`);
  if (events) events.end(JSON.stringify(known.body()));
  else sendJson(response, known.status, known.body());
}
