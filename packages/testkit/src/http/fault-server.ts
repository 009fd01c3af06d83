import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a fault server got. */
export interface FaultRequest {
  readonly path: string;
  /** Whether it came to the other origin, which `/elsewhere` leads to. */
  readonly elsewhere: boolean;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

/** What a server can do wrong, by the path that has it done. */
export interface FaultServer extends AsyncDisposable {
  /** Without a slash at its end. */
  readonly url: string;
  readonly content: Buffer;
  readonly requests: readonly FaultRequest[];
  /** Bytes of bodies that were handed to the system. */
  sent(): number;
}

const GIGABYTE = 1024 * 1024 * 1024;
const PIECE = Buffer.alloc(64 * 1024, 32);

/**
 * Starts two servers on loopback that have one content and every fault that there is, by path: `/right`, `/wrong` (other bytes), `/short`
 * (fewer, and nothing said), `/truncated` (fewer than it says), `/stalled` (half of it, then nothing), `/hang` (nothing), `/reset`,
 * `/endless` (a gigabyte), `/elsewhere` (to the other origin’s `/right`), `/circle` (to itself), `/text` (no JSON), `/status/503`.
 */
export async function startFaultServer(content: Buffer = Buffer.from('{"right":true}')): Promise<FaultServer> {
  const requests: FaultRequest[] = [];
  let sent = 0;
  const listener =
    (elsewhere: boolean, other: () => string): RequestListener =>
    async (request, response) => {
      const path = request.url ?? '';
      requests.push({ path, elsewhere, headers: request.headers, body: await textOf(request) });
      answer(path, response, { content, other: other(), count: (bytes) => (sent += bytes) });
    };
  const elsewhere = await listen(listener(true, () => ''));
  const server = await listen(listener(false, () => urlOf(elsewhere)));
  return {
    url: urlOf(server),
    content,
    requests,
    sent: () => sent,
    async [Symbol.asyncDispose]() {
      await Promise.all([server, elsewhere].map(close));
    },
  };
}

type Having = { readonly content: Buffer; readonly other: string; readonly count: (bytes: number) => void };

function answer(path: string, response: ServerResponse, { content, other, count }: Having): void {
  const half = content.subarray(0, content.length / 2);
  const [, what = '', detail = ''] = path.split('/');
  const whole = { 'content-length': content.length };
  if (what === 'right') response.writeHead(200, { ...whole, 'X-Two': ['a', 'b'] }).end(content);
  else if (what === 'wrong') response.writeHead(200, whole).end(Buffer.from(content).fill(120));
  else if (what === 'short') response.writeHead(200).end(half);
  else if (what === 'truncated') response.writeHead(200, whole).write(half, () => response.destroy());
  else if (what === 'stalled') response.writeHead(200, whole).write(half);
  else if (what === 'reset') response.destroy();
  else if (what === 'endless') endless(response.writeHead(200, { 'content-length': GIGABYTE }), count);
  else if (what === 'elsewhere') response.writeHead(302, { location: `${other}/right` }).end();
  else if (what === 'circle') response.writeHead(302, { location: '/circle' }).end();
  else if (what === 'text') response.end('no JSON');
  else if (what === 'status') response.writeHead(Number(detail)).end('{}');
  else if (what !== 'hang') response.writeHead(404).end('{}');
}

/** As fast as it is taken, and no faster. */
function endless(response: ServerResponse, count: (bytes: number) => void): void {
  let left = GIGABYTE;
  const write = (): void => {
    while (left > 0 && !response.destroyed) {
      left -= PIECE.length;
      count(PIECE.length);
      if (!response.write(PIECE)) return void response.once('drain', write);
    }
    response.end();
  };
  write();
}

async function textOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString();
}

async function listen(listener: RequestListener): Promise<Server> {
  const server = createServer(listener);
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  return server;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
