import { createServer, request } from 'node:http';
import { type AddressInfo, connect } from 'node:net';

/** A proxy on loopback that remembers who asked it for what. */
export interface TestProxy extends AsyncDisposable {
  readonly url: string;
  /** The host of each tunnel, with its port, and of each request that came without one. */
  readonly asked: readonly string[];
  /** All that clients sent through it, headers included. */
  sent(): string;
}

/** @param target port of this machine to which every name leads */
export async function startProxy(target: number): Promise<TestProxy> {
  const asked: string[] = [];
  const sent: Buffer[] = [];
  const server = createServer((client, response) => {
    const { pathname, host } = new URL(client.url ?? '');
    asked.push(host);
    sent.push(Buffer.from(client.rawHeaders.join('\n')));
    client.on('data', (piece: Buffer) => sent.push(piece));
    const upstream = request({ host: '127.0.0.1', port: target, path: pathname, method: client.method, headers: client.headers });
    upstream.on('response', (answer) => answer.pipe(response.writeHead(answer.statusCode ?? 502, answer.headers)));
    upstream.on('error', () => response.writeHead(502).end());
    client.pipe(upstream);
  });
  server.on('connect', ({ url = '' }, client) => {
    asked.push(url);
    const upstream = connect(target, '127.0.0.1', () => client.write('HTTP/1.1 200 Connection established\r\n\r\n'));
    client.on('data', (piece: Buffer) => sent.push(piece));
    client.pipe(upstream).pipe(client);
    for (const socket of [client, upstream]) socket.on('error', () => client.destroy() && upstream.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    sent: () => Buffer.concat(sent).toString('latin1'),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
