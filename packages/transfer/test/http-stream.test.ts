import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from '../src/index.ts';

const http = createHttp({ userAgent: 'test/1', env: {} });
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse, count: number) => void): Promise<string> {
  let count = 0;
  const server = createServer((request, response) => answer(request, response, ++count));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function read(body: AsyncIterable<Uint8Array>): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of body) pieces.push(piece);
  return Buffer.concat(pieces).toString();
}

describe('a stream', () => {
  it('brings an answer as it comes, and is opened again after a passing failure', async () => {
    const url = await serve((_request, response, count) => response.writeHead(count < 3 ? 503 : 200, { 'retry-after': '0' }).end(`try ${count}`));
    const stream = await http.stream({ url }, {});
    expect(stream).toMatchObject({ status: 200, url: `${url}/` });
    expect(await read(stream.body)).toBe('try 3');
  });

  it('is not held back by how much an answer of an API may be', async () => {
    const size = 40 * 1024 * 1024;
    const url = await serve((_request, response) => response.end(Buffer.alloc(size)));
    let came = 0;
    for await (const piece of (await http.stream({ url }, {})).body) came += piece.length;
    expect(came).toBe(size);
  });

  it('ends with E_NETWORK where the connection breaks', async () => {
    const url = await serve((_request, response) => response.writeHead(200, { 'content-length': '100' }).write('half', () => response.destroy()));
    const { body } = await http.stream({ url }, {});
    await expect(read(body)).rejects.toMatchObject({ code: 'E_NETWORK', retryable: true });
  });

  it('can be given up, and by a signal', async () => {
    const closed = Promise.withResolvers<void>();
    const url = await serve((_request, response) => void response.on('close', () => closed.resolve()).write('begun'));
    await (await http.stream({ url }, {})).cancel();
    await closed.promise;
    const stop = new AbortController();
    const { body } = await http.stream({ url }, { signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(read(body)).rejects.toThrow();
  });

  it('ends with E_RATE_LIMITED when it is never let through, and tells other refusals by their status', async () => {
    const limited = await serve((_request, response) => response.writeHead(429, { 'retry-after': '0' }).end());
    await expect(http.stream({ url: limited }, {})).rejects.toMatchObject({ code: 'E_RATE_LIMITED' });
    const missing = await serve((_request, response) => response.writeHead(404).end('no'));
    expect(await http.stream({ url: missing }, {})).toMatchObject({ status: 404 });
  });
});
