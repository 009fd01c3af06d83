import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { EngineEnd, EngineSession } from '@ilab/core';
import { type EndpointOptions, startEndpoint, type TestEndpoint } from '@ilab/testkit/endpoint';
import { type Gateway, type GatewayOptions, startGateway } from '../src/index.ts';

const ENGINE_KEY = 'of-the-engine';

/** A gateway before an endpoint that answers as engines do. */
export interface Scene extends AsyncDisposable {
  readonly gateway: Gateway;
  readonly port: number;
  readonly endpoint: TestEndpoint;
  /** How often the engine was started. */
  readonly starts: number;
  /** What the gateway said of engines. */
  readonly said: readonly string[];
  /** Engines that were started and have not ended. */
  readonly running: number;
  /** Lets the engine end as if it had crashed. */
  crash(): void;
}

export interface SceneOptions extends Partial<Pick<GatewayOptions, 'key' | 'origins' | 'host' | 'mostRequests'>> {
  readonly names?: readonly string[];
  readonly instead?: EndpointOptions['instead'];
  /** What starting it again throws, so many times. */
  readonly failures?: number;
  /** Starting it again takes until then. */
  readonly again?: Promise<void>;
  /** Milliseconds; it does not let itself be aborted. */
  readonly startingTakes?: number;
}

export async function openScene({
  names = ['hub.example/acme/model:v1', 'mine'],
  instead,
  failures = 0,
  again,
  startingTakes = 0,
  ...options
}: SceneOptions = {}): Promise<Scene> {
  const endpoint = await startEndpoint({ names, key: ENGINE_KEY, contextLength: 512, ...(instead && { instead }) });
  const said: string[] = [];
  let starts = 0;
  let running = 0;
  let left = failures;
  let crash: (end: EngineEnd) => void = () => undefined;
  const start = async (): Promise<EngineSession> => {
    if (starts > 0 && left-- > 0) throw new Error('it will not start');
    starts++;
    if (starts > 1) await again;
    await sleep(startingTakes);
    running++;
    const ended = new Promise<EngineEnd>((resolve) => {
      crash = (end) => {
        running--;
        resolve(end);
      };
    });
    return {
      endpoint: endpoint.url,
      headers: { authorization: `Bearer ${ENGINE_KEY}` },
      contextLength: 512,
      ended,
      end: async () => crash({ asked: true, because: 'It was told to.' }),
    };
  };
  const say = (line: string): void => void said.push(line);
  const gateway = await startGateway({ host: '127.0.0.1', port: 0, ...options, models: [{ names, start }], logger: { debug: say, info: say, warn: say } });
  return {
    gateway,
    port: Number(new URL(gateway.url).port),
    endpoint,
    get starts() {
      return starts;
    },
    get running() {
      return running;
    },
    said,
    crash: () => crash({ asked: false, because: 'It was killed by SIGSEGV.' }),
    async [Symbol.asyncDispose]() {
      await gateway.stop();
      await endpoint.close();
    },
  };
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

export interface Asking {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: object | string;
}

/** Asks with headers that `fetch` would not let anybody set. */
export function ask(port: number, path: string, { method, headers = {}, body }: Asking = {}): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const sent = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  const asked = request({
    host: '127.0.0.1',
    port,
    path,
    method: method ?? (sent === undefined ? 'GET' : 'POST'),
    headers: { connection: 'close', ...headers },
  });
  asked.on('error', reject).on('response', (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
    });
    response.on('close', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    response.on('error', () => undefined);
  });
  asked.end(sent);
  return promise;
}

export const CHAT = { messages: [{ role: 'user', content: 'Hello' }] };
