import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createCdn } from '../cdn.ts';
import type { Model } from '../content/model.ts';
import { answer, type Exchange } from '../http/exchange.ts';
import { createFaults, type Faults } from '../http/faults.ts';
import { createMeter } from '../http/meter.ts';
import type { SeenRequest } from '../start-hub.ts';
import { serveModelScope } from './routes.ts';

export interface ModelScopeSettings {
  readonly models: readonly Model[];
  /** By token, whose it is. */
  readonly users?: Readonly<Record<string, string>>;
  readonly private?: readonly string[];
  /** Entries of a list; default 3000, as the real one has it. */
  readonly cutOff?: number;
  /** Bytes from which on files lie on the second origin; default 64. */
  readonly large?: number;
}

export interface ModelScope {
  /** The value for `MODELSCOPE_ENDPOINT`. */
  readonly url: string;
  readonly host: string;
  readonly requests: readonly SeenRequest[];
  readonly faults: Faults;
  close(): Promise<void>;
}

/** Stands for ModelScope on loopback, with large files on a second origin. */
export async function startModelScope({ models, users = {}, private: hidden = [], cutOff = 3000, large = 64 }: ModelScopeSettings): Promise<ModelScope> {
  const [faults, meter] = [createFaults(), createMeter()];
  const requests: SeenRequest[] = [];
  const [hubServer, cdnServer] = [createServer(), createServer()];
  const origin = (server: Server): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const blobs = new Map(
    models.flatMap(({ versions }) => [...versions.values()].flatMap(({ files }) => [...files.values()].map((blob) => [blob.sha256, blob] as const))),
  );
  const cdn = createCdn({ origin: () => origin(cdnServer), find: (sha256) => blobs.get(sha256) });
  const serve = (server: Server, name: SeenRequest['origin'], handle: (exchange: Exchange) => void | Promise<void>): void => {
    server.on('request', (request, response) => {
      const { method = 'GET', url = '/' } = request;
      requests.push({ method, url, origin: name, headers: request.headers });
      const exchange = { request, response, method, url: new URL(url, origin(server)), faults: faults.take(method, url), meter };
      const refused = exchange.faults.find((fault) => fault.kind === 'status');
      if (refused) return answer(exchange, refused.status, { headers: refused.headers ?? {} });
      Promise.resolve(handle(exchange)).catch(() => response.destroy());
    });
  };
  serve(hubServer, 'hub', (exchange) => serveModelScope(exchange, { models, users, private: hidden, cutOff, large, cdn }));
  serve(cdnServer, 'cdn', (exchange) => cdn.serve(exchange));
  await Promise.all([hubServer, cdnServer].map((server) => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))));
  return {
    url: origin(hubServer),
    host: new URL(origin(hubServer)).host,
    requests,
    faults,
    async close() {
      await Promise.all([hubServer, cdnServer].map((server) => new Promise((resolve) => server.close(resolve) && server.closeAllConnections())));
    },
  };
}
