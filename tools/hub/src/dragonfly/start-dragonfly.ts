import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Blob, blobOf } from '../content/blob.ts';
import { createFaults, type Faults } from '../http/faults.ts';
import { end, listen, portOf } from '../http/loopback.ts';
import { createMeter } from '../http/meter.ts';
import { serveBlob } from '../http/serve-blob.ts';
import { fetchFromOrigin, OriginError } from './fetch-from-origin.ts';
import { taskId } from './task-id.ts';

/** One request that the daemon got. */
export interface CarriedRequest {
  /** The address at the origin. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

export interface Dragonfly {
  /** `http://127.0.0.1:4001`. */
  readonly address: string;
  readonly requests: readonly CarriedRequest[];
  /** How often an origin was asked for the whole of something. */
  readonly fetchedFromOrigin: number;
  readonly faults: Faults;
  close(): Promise<void>;
}

/**
 * Dragonfly's daemon as a registry mirror (dfdaemon 1.5), of one machine and without peers: it asks the origin that `X-Dragonfly-Registry` names
 * for the whole, with the headers that came, keeps it by its task's id, and serves ranges. What is kept it serves to anybody.
 */
export async function startDragonfly(): Promise<Dragonfly> {
  const [faults, meter, requests] = [createFaults(), createMeter(), [] as CarriedRequest[]];
  const tasks = new Map<string, Promise<Blob>>();
  let fetched = 0;

  const task = (url: string, headers: IncomingMessage['headers']): Promise<Blob> => {
    const id = taskId(url);
    const known = tasks.get(id);
    if (known) return known;
    const fresh = fetchFromOrigin(url, headers).then((bytes) => {
      fetched += 1;
      return blobOf(bytes);
    });
    tasks.set(id, fresh);
    fresh.catch(() => tasks.delete(id));
    return fresh;
  };

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = 'GET', url: path = '/', headers } = request;
    const origin = headers['x-dragonfly-registry'];
    if (method !== 'GET' || typeof origin !== 'string' || headers['x-dragonfly-use-p2p'] !== 'true') return refuse(response, 'proxy', 400);
    const url = `${origin}${path}`;
    requests.push({ url, headers });
    const struck = faults.take(method, path);
    const refused = struck.find((fault) => fault.kind === 'status');
    if (refused) return refuse(response, 'dfdaemon', refused.status);
    try {
      const blob = await task(url, headers);
      const exchange = { request, response, method, url: new URL(url), faults: struck, meter };
      serveBlob(exchange, blob, { 'x-dragonfly-task-id': taskId(url) });
    } catch (error) {
      if (error instanceof OriginError) refuse(response, 'backend', error.status);
      else refuse(response, 'dfdaemon', 500);
    }
  };

  const server = createServer((request, response) => void serve(request, response));
  await listen(server, 0);
  return {
    address: `http://127.0.0.1:${portOf(server)}`,
    requests,
    faults,
    get fetchedFromOrigin() {
      return fetched;
    },
    close: () => end(server),
  };
}

/** As it says where something went wrong. */
function refuse(response: ServerResponse, type: 'proxy' | 'backend' | 'dfdaemon', status: number): void {
  response.writeHead(status, { 'x-dragonfly-error-type': type }).end();
}
