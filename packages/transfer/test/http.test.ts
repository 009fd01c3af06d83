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

describe('requests', () => {
  it('carry the user agent and their headers, and come back with lower-case names', async () => {
    const url = await serve((request, response) => {
      response.setHeader('X-Two', ['a', 'b']);
      response.end(JSON.stringify(request.headers));
    });
    const answer = await http.request({ url, headers: { Accept: 'x/y' } }, {});
    expect(answer.json()).toMatchObject({ 'user-agent': 'test/1', accept: 'x/y' });
    expect(answer).toMatchObject({ status: 200, headers: { 'x-two': 'a, b' } });
  });

  it.each([408, 425, 429, 500, 502, 503, 504])('are repeated after %d', async (status) => {
    const url = await serve((_request, response, count) => response.writeHead(count < 3 ? status : 200, { 'retry-after': '0' }).end('ok'));
    expect((await http.request({ url }, {})).text()).toBe('ok');
  });

  it.each([400, 401, 403, 404, 416])('come back with %d as it is', async (status) => {
    let asked = 0;
    const url = await serve((_request, response, count) => {
      asked = count;
      response.writeHead(status).end();
    });
    expect((await http.request({ url }, {})).status).toBe(status);
    expect(asked).toBe(1);
  });

  it('end with E_RATE_LIMITED when they are never let through', async () => {
    const url = await serve((_request, response) => response.writeHead(429, { 'retry-after': '0' }).end());
    await expect(http.request({ url }, {})).rejects.toMatchObject({ code: 'E_RATE_LIMITED', retryable: true });
  });

  it('follow redirects, without credentials to another origin', async () => {
    const other = await serve((request, response) => response.end(JSON.stringify(request.headers)));
    const url = await serve((_request, response) => response.writeHead(302, { location: `${other}/there` }).end());
    const answer = await http.request({ url, headers: { authorization: 'Bearer secret', cookie: 'c=1' } }, {});
    expect(answer.url).toBe(`${other}/there`);
    expect(answer.json()).not.toHaveProperty('authorization');
    expect(answer.json()).not.toHaveProperty('cookie');
  });

  it('do not follow for ever, nor when told not to', async () => {
    const url = await serve((_request, response) => response.writeHead(302, { location: '/again' }).end());
    await expect(http.request({ url }, {})).rejects.toMatchObject({ code: 'E_REGISTRY' });
    expect((await http.request({ url, redirect: 'manual' }, {})).status).toBe(302);
  });

  it('take no more than they were told', async () => {
    const url = await serve((_request, response) => response.end(Buffer.alloc(5000)));
    await expect(http.request({ url, maxBytes: 4999 }, {})).rejects.toMatchObject({ code: 'E_REGISTRY' });
    expect((await http.request({ url, maxBytes: 5000 }, {})).body.length).toBe(5000);
  });

  it('end promptly when they are aborted', async () => {
    const url = await serve(() => undefined);
    const started = performance.now();
    await expect(http.request({ url }, { signal: AbortSignal.timeout(100) })).rejects.toThrow();
    expect(performance.now() - started).toBeLessThan(5000);
  });

  it('are not made offline', async () => {
    const offline = createHttp({ userAgent: 'x', env: {}, offline: true });
    await expect(offline.request({ url: 'https://quay.io/' }, {})).rejects.toMatchObject({ code: 'E_OFFLINE' });
  });

  it('go through the proxy of the environment', async () => {
    const seen: string[] = [];
    const proxy = await serve((request, response) => {
      seen.push(request.url ?? '');
      response.end('from the proxy');
    });
    const proxied = createHttp({ userAgent: 'x', env: { http_proxy: proxy }, registries: { 'registry.example': { insecure: true } } });
    // undici tunnels through a proxy, so that CONNECT is what it sees.
    const connects = new Promise<string>((resolve) => {
      servers.at(-1)?.once('connect', (request, socket) => {
        resolve(request.url ?? '');
        socket.destroy();
      });
    });
    const asked = proxied.request({ url: 'http://registry.example/v2/' }, { signal: AbortSignal.timeout(10_000) }).then(
      (answer) => answer.text(),
      () => 'tunnel',
    );
    expect(await Promise.race([connects, asked])).toMatch(/registry\.example|from the proxy/);
    await proxied.close();
  });

  it('say who does not answer', async () => {
    await expect(http.request({ url: 'http://127.0.0.1:1/' }, {})).rejects.toMatchObject({
      code: 'E_NETWORK',
      message: expect.stringContaining('127.0.0.1:1: nobody answers'),
    });
  });

  it('say when an answer is no JSON', async () => {
    const url = await serve((_request, response) => response.end('<html>'));
    const answer = await http.request({ url }, {});
    expect(() => answer.json()).toThrow(expect.objectContaining({ code: 'E_REGISTRY' }));
  });
});
