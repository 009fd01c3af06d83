import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { ApiError } from './api-error.ts';
import { forward } from './forward.ts';
import type { Guard } from './guard.ts';
import type { Metrics } from './metrics.ts';
import { engineFor, isModelPath, listModels, MODELS, modelAt } from './model-list.ts';
import { holdAtMost, readBody, type SentBody, tooMany } from './read-body.ts';
import type { ServedEngine } from './served-engine.ts';
import { watchUsage } from './usage.ts';

export interface HandlerDeps {
  readonly engines: readonly ServedEngine[];
  readonly guard: Guard;
  readonly metrics: Metrics;
  /** At the engines at the same time, or waiting there. */
  readonly mostRequests: number;
}

/** Bytes of what was sent, of all requests together. */
const MOST_HELD = 256 * 1024 * 1024;

/** Paths that are passed on to the engine that has the model. */
const PASSED: Readonly<Record<string, 'GET' | 'POST'>> = {
  '/v1/chat/completions': 'POST',
  '/v1/completions': 'POST',
  '/v1/embeddings': 'POST',
  '/tokenize': 'POST',
  '/detokenize': 'POST',
  '/tokenizer_info': 'GET',
};

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly query: URLSearchParams;
}

/** What becomes of one request, for the figures. */
interface Recorded {
  model: string;
  first?: number;
  usage?: ReturnType<typeof watchUsage>;
}

export function createHandler(deps: HandlerDeps): RequestListener {
  const { metrics } = deps;
  const pass = createPass(deps);
  const started = Math.floor(Date.now() / 1000);
  return (request, response) => {
    const url = URL.parse(request.url ?? '', 'http://localhost');
    const exchange = { request, response, path: url?.pathname ?? '', query: url?.searchParams ?? new URLSearchParams() };
    const begun = performance.now();
    const record: Recorded = { model: '' };
    metrics.inFlight++;
    response.once('close', () => {
      metrics.inFlight--;
      const path = labelOf(exchange.path);
      const tokens = record.usage?.tokens();
      const first = record.first === undefined ? undefined : (record.first - begun) / 1000;
      const whole = (performance.now() - begun) / 1000;
      metrics.observe({ path, status: response.statusCode, model: record.model, whole, ...(first !== undefined && { first }), ...(tokens && { tokens }) });
    });
    handle(deps, exchange, { record, started, pass }).catch((error: unknown) => fail(response, error));
  };
}

type Own = (deps: HandlerDeps, response: ServerResponse, started: number) => void;

/** What the gateway answers itself. */
const own: Readonly<{ [path: string]: Own }> = {
  [MODELS]: ({ engines }, response, started) => sendJson(response, 200, { object: 'list', data: listModels(engines, started) }),
  '/metrics': ({ engines, metrics }, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(metrics.text(engines));
  },
};

function ownAnswer(path: string): Own | undefined {
  if (isModelPath(path)) return ({ engines }, response, started) => sendJson(response, 200, modelAt(path, engines, started));
  return own[path];
}

/** A path as figures have it: one of those that are known beforehand. */
function labelOf(path: string): string {
  if (isModelPath(path)) return MODELS;
  return path in PASSED || path in own || path === '/health' ? path : 'other';
}

interface Handling {
  readonly record: Recorded;
  readonly started: number;
  readonly pass: Pass;
}

async function handle(deps: HandlerDeps, exchange: Exchange, { record, started, pass }: Handling): Promise<void> {
  const { request, response, path } = exchange;
  const { guard, engines } = deps;
  guard.checkPlace(request);
  for (const [name, value] of Object.entries(guard.corsHeaders(request))) if (value !== undefined) response.setHeader(name, value);
  if (request.method === 'OPTIONS' && request.headers.origin !== undefined) return preflight(response);
  // Who only wants to know whether it lives needs no key, and learns no more.
  if (path === '/health' && request.method === 'GET') return sendHealth(response, engines);
  guard.checkKey(request);
  const answer = ownAnswer(path);
  const method = answer ? 'GET' : PASSED[path];
  if (method === undefined) throw new ApiError(404, 'There is no such path. See /v1/models.', { code: 'unknown_path' });
  if (request.method !== method) throw new ApiError(405, `This path takes ${method}.`, { code: 'wrong_method', headers: { allow: method } });
  if (answer) return answer(deps, response, started);
  await pass(exchange, { method, record });
}

type Pass = (exchange: Exchange, how: { readonly method: 'GET' | 'POST'; readonly record: Recorded }) => Promise<void>;

/** Passes requests on to engines. A request counts once it has been sent whole, so that slow senders take nobody's place. */
function createPass({ engines, mostRequests }: HandlerDeps): Pass {
  const held = holdAtMost(MOST_HELD);
  let passed = 0;
  return async (exchange, how) => {
    const { request, response } = exchange;
    const gone = new AbortController();
    let taken = 0;
    response.once('close', () => {
      held.give(taken);
      gone.abort(new Error('whoever asked is gone'));
    });
    const take = (bytes: number): void => {
      held.take(bytes);
      taken += bytes;
    };
    const sent = how.method === 'POST' ? await readBody(request, { take }) : undefined;
    if (passed >= mostRequests) throw tooMany();
    passed++;
    try {
      await passOne(engines, exchange, { ...how, sent, signal: gone.signal });
    } finally {
      passed--;
    }
  };
}

interface Passing {
  readonly method: 'GET' | 'POST';
  readonly record: Recorded;
  readonly sent: SentBody | undefined;
  readonly signal: AbortSignal;
}

async function passOne(engines: readonly ServedEngine[], { response, path, query }: Exchange, { method, record, sent, signal }: Passing): Promise<void> {
  // Some can only name it in the address, as lm-eval's tokenizer, whose requests have bodies of its own.
  const named = sent?.json['model'] ?? query.get('model') ?? undefined;
  const engine = engineFor(engines, named);
  record.model = engine.names[0] ?? '';
  record.usage = watchUsage();
  const isNamed = named !== undefined && sent?.json['model'] === named;
  const body = sent && (isNamed ? sent.bytes : Buffer.from(JSON.stringify({ ...sent.json, model: named ?? engine.names[0] })));
  const onPiece = (piece: Buffer): void => {
    record.first ??= performance.now();
    record.usage?.see(piece);
  };
  await forward({ session: engine.session(), method, path, response, signal, onPiece, ...(body && { body }) });
}

function preflight(response: ServerResponse): void {
  const headers = {
    'access-control-allow-methods': 'GET, POST',
    // Clients send headers of their own, of which none is passed on; the key's has to be named.
    'access-control-allow-headers': '*, authorization',
    'access-control-max-age': '600',
  };
  response.writeHead(204, headers).end();
}

function sendHealth(response: ServerResponse, engines: readonly ServedEngine[]): void {
  const state = engines.find((engine) => engine.state !== 'ready')?.state ?? 'ok';
  sendJson(response, state === 'ok' ? 200 : 503, { status: state });
}

function sendJson(response: ServerResponse, status: number, value: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function fail(response: ServerResponse, error: unknown): void {
  const known = error instanceof ApiError ? error : new ApiError(500, 'Something went wrong here.', { code: 'internal' });
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  // What was not read of a request would be taken for the next one.
  if (!response.req.complete) response.setHeader('connection', 'close');
  response.writeHead(known.status, { ...known.headers, 'content-type': 'application/json' }).end(known.body());
}
