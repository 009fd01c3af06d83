import { createServer, type IncomingHttpHeaders, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { ordinary } from './faults.ts';

/** Milliseconds within which a server hears of a connection that was closed. */
const HEARD_WITHIN = 100;

/** One request, what it asks for, and where its answer goes. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** What the server has. */
  readonly content: Buffer;
  /** From inclusive, to exclusive; undefined when the whole is asked for. */
  readonly range: readonly [from: number, to: number] | undefined;
}

/** How a request is answered; see `faults.ts`. */
export type Answer = (exchange: Exchange) => unknown;

export interface SeenRequest {
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
}

/** A server on the loopback that has one file and answers as a test tells it to: once each, then always, then as servers should. */
export interface FaultServer extends AsyncDisposable {
  readonly origin: string;
  readonly requests: readonly SeenRequest[];
  /** Hosts that it was asked to connect to, as a proxy; none is ever reached. */
  readonly tunnels: readonly string[];
  /** Most answers that were under way at once, each from its request until its last byte was handed on or its connection was gone. */
  readonly peak: number;
  /** Bytes of all answers that are over, heads too. */
  readonly sent: number;
  /** How the next requests are answered, one each. */
  next(...answers: readonly Answer[]): void;
  /** Forgets what was said of the next requests. */
  drop(): void;
  /** How all others are answered. */
  always(answer: Answer): void;
}

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

export async function startFaultServer(content: Buffer = Buffer.alloc(0), certificate?: Certificate): Promise<FaultServer> {
  const requests: SeenRequest[] = [];
  const tunnels: string[] = [];
  let queue: readonly Answer[] = [];
  let usual: Answer = ordinary();
  let underWay = 0;
  let peak = 0;
  let sent = 0;
  const answer: RequestListener = (request, response) => {
    requests.push({ url: request.url ?? '', headers: request.headers });
    underWay++;
    // A client closes one connection before it opens the next; a server hears of both in any order, and of the first late when it is busy.
    void sleep(HEARD_WITHIN).then(() => {
      peak = Math.max(peak, underWay);
    });
    const before = request.socket.bytesWritten;
    response.once('close', () => {
      sent += request.socket.bytesWritten - before;
    });
    let over = false;
    for (const event of ['finish', 'close']) {
      response.once(event, () => {
        if (!over) underWay--;
        over = true;
      });
    }
    const [first = usual, ...rest] = queue;
    queue = rest;
    void first({ request, response, content, range: rangeOf(request.headers.range) });
  };
  const server = certificate ? createTlsServer({ ...certificate }, answer) : createServer(answer);
  server.on('connect', (request, socket) => {
    tunnels.push(request.url ?? '');
    socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `${certificate ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    tunnels,
    get peak() {
      return peak;
    },
    get sent() {
      return sent;
    },
    next: (...answers) => {
      queue = [...queue, ...answers];
    },
    drop: () => {
      queue = [];
    },
    always: (told) => {
      usual = told;
    },
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

function rangeOf(header: string | undefined): Exchange['range'] {
  const match = /^bytes=(\d+)-(\d+)$/.exec(header ?? '');
  return match ? [Number(match[1]), Number(match[2]) + 1] : undefined;
}
