import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CallOptions, IlabError, type Logger, nullLogger } from '@ilab/core';
import { createGuard, isOnlyHere } from './guard.ts';
import { createHandler } from './handle-request.ts';
import { createMetrics } from './metrics.ts';
import { type EngineState, type ServedEngine, type ServedModel, serveEngine } from './served-engine.ts';

export interface GatewayOptions {
  /** Address to listen at; any but loopback needs a key. */
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly models: readonly ServedModel[];
  /** What whoever asks has to show as `Authorization: Bearer`. */
  readonly key?: string;
  /** Origins of pages that may ask; none by default. */
  readonly origins?: readonly string[];
  /** Requests at the engines, and waiting there; more are told to come back. */
  readonly mostRequests?: number;
  /** Gets what happens to engines. */
  readonly logger?: Logger;
}

/** A server that runs. */
export interface Gateway {
  /** Without a path: `http://127.0.0.1:8000`. */
  readonly url: string;
  readonly models: readonly { readonly names: readonly string[]; readonly state: EngineState }[];
  /** Takes no more requests, lets those under way end for some seconds, then ends the engines. */
  stop(): Promise<void>;
}

/** Connections; each costs little. */
const MOST_CONNECTIONS = 4096;
const MOST_REQUESTS = 256;
/** Milliseconds. Who sends slowly is cut off; who waits for an answer is not. */
const TIMES = { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 5000, connectionsCheckingInterval: 1000 };
/** Milliseconds for requests that are under way when it is stopped. */
const GRACE = 10_000;

/**
 * Starts the models, then the server.
 * @throws IlabError E_USAGE for an address that needs a key, or is in use; what starting an engine throws, and no engine is left then
 */
export async function startGateway(options: GatewayOptions, { signal }: CallOptions = {}): Promise<Gateway> {
  const { host, port, models, key, origins = [], mostRequests = MOST_REQUESTS, logger = nullLogger } = options;
  if (key === undefined && !isOnlyHere(host)) throw needsKey(host);
  const engines: ServedEngine[] = [];
  try {
    for (const model of models) engines.push(await serveEngine(model, { logger, ...(signal && { signal }) }));
    const metrics = createMetrics();
    const guard = createGuard({ host, origins, ...(key !== undefined && { key }) });
    const server = createServer({ ...TIMES, maxHeaderSize: 16 * 1024 }, createHandler({ engines, guard, metrics, mostRequests }));
    server.maxConnections = MOST_CONNECTIONS;
    await listen(server, { host, port });
    return {
      url: urlOf(server.address() as AddressInfo, host),
      models: engines,
      async stop() {
        const closed = new Promise((resolve) => server.close(resolve));
        server.closeIdleConnections();
        const timer = setTimeout(() => server.closeAllConnections(), GRACE);
        await closed;
        clearTimeout(timer);
        await endAll(engines);
      },
    };
  } catch (error) {
    await endAll(engines);
    throw error;
  }
}

async function endAll(engines: readonly ServedEngine[]): Promise<void> {
  await Promise.all(engines.map((engine) => engine.end()));
}

async function listen(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen({ host, port }, resolve));
  } catch (cause) {
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const what = why === 'EADDRINUSE' ? `Port ${port} of ${host} is in use.` : `Nobody can listen at ${host}, port ${port} (${why}).`;
    throw new IlabError('E_USAGE', what, { hint: 'Name another with --port, or 0 for any that is free.', cause });
  }
}

function urlOf({ port }: AddressInfo, host: string): string {
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function needsKey(host: string): IlabError {
  return new IlabError('E_USAGE', `At ${host} others could ask, and no key is set.`, {
    hint: 'Set one: ILAB_API_KEY in the environment, or --api-key-file FILE. Or serve this machine alone: --host 127.0.0.1',
  });
}
