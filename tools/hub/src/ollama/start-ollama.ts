import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createCdn } from '../cdn.ts';
import type { Artifact } from '../content/artifact.ts';
import type { Blob } from '../content/blob.ts';
import { answer, type Exchange } from '../http/exchange.ts';
import { createFaults, type Faults } from '../http/faults.ts';
import { end, listen, portOf } from '../http/loopback.ts';
import { createMeter, type Meter } from '../http/meter.ts';
import type { SeenRequest } from '../start-hub.ts';
import { serveOllama } from './routes.ts';

export interface OllamaSettings {
  /** By `namespace/model:tag`. */
  readonly models: Readonly<Record<string, Artifact>>;
  /** `namespace/model` that only its owner may read. */
  readonly private?: readonly string[];
  /** Default: any free one. */
  readonly port?: number;
}

export interface OllamaRegistry {
  /** `127.0.0.1:5000`. */
  readonly host: string;
  readonly requests: readonly SeenRequest[];
  readonly faults: Faults;
  readonly meter: Meter;
  close(): Promise<void>;
}

/**
 * A registry on loopback that is as strict and as odd as Ollama's: what its own client needs is there, and nothing else. Blobs are on a second
 * origin, under another name of this machine, since that client wants them at another host than the registry's.
 */
export async function startOllama({ models, private: hidden = [], port = 0 }: OllamaSettings): Promise<OllamaRegistry> {
  const [front, store] = [createServer(), createServer()];
  const [faults, meter, requests] = [createFaults(), createMeter(), [] as SeenRequest[]];
  const blobs = new Map<string, Blob>();
  for (const { manifest, blobs: parts } of Object.values(models)) for (const blob of [manifest, ...parts]) blobs.set(blob.sha256, blob);
  const cdn = createCdn({ origin: () => `http://localhost:${portOf(store)}`, find: (sha256) => blobs.get(sha256) });
  const content = { models: new Map(Object.entries(models)), hidden: new Set(hidden), blob: (sha256: string) => blobs.get(sha256), cdn };

  const handle = (server: Server, origin: SeenRequest['origin'], serve: (exchange: Exchange) => void): void => {
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      const { method = 'GET', url = '/' } = request;
      requests.push({ method, url, origin, headers: request.headers });
      const exchange = { request, response, method, url: new URL(url, 'http://127.0.0.1'), faults: faults.take(method, url), meter };
      const refused = exchange.faults.find((fault) => fault.kind === 'status');
      if (refused) answer(exchange, refused.status, { headers: refused.headers ?? {} });
      else serve(exchange);
    });
  };
  handle(front, 'hub', (exchange) => serveOllama(exchange, content));
  handle(store, 'cdn', (exchange) => cdn.serve(exchange));
  await Promise.all([listen(front, port), listen(store, 0)]);
  return {
    host: `127.0.0.1:${portOf(front)}`,
    requests,
    faults,
    meter,
    async close() {
      await Promise.all([front, store].map(end));
    },
  };
}
