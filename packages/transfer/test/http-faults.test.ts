import { afterAll, describe, expect, it, vi } from 'vitest';
import { createHttp } from '../src/index.ts';
import { startFaultServer } from './fault-server.ts';
import { cut, lie, silence, status } from './faults.ts';

vi.mock('../src/http/retry-policy.ts', async (original) => ({ ...(await original<object>()), retryDelay: () => 1 }));

const http = createHttp({ userAgent: 'test', env: {} });
/** For servers that are silent only: a busy machine is silent at times. */
const impatient = createHttp({ userAgent: 'test', env: {}, stallAfter: 1000 });
afterAll(() => Promise.all([http.close(), impatient.close()]));
const JSON_BODY = Buffer.from('{"name":"x"}');

describe('a request to the API', () => {
  it.each([
    ['closed before the head', http, [cut(0), cut(0)]],
    ['closed in the body', http, [cut(5), cut(5)]],
    ['reset in the body', http, [cut(5, 'rst'), cut(5, 'rst')]],
    ['silent', impatient, [silence()]],
  ])('is repeated when the connection is %s', async (_what, client, answers) => {
    await using server = await startFaultServer(JSON_BODY);
    server.next(...answers);
    expect((await client.request({ url: server.origin }, {})).json()).toEqual({ name: 'x' });
    expect(server.requests).toHaveLength(answers.length + 1);
  });

  it('ends with E_NETWORK and the host when every connection breaks', async () => {
    await using server = await startFaultServer(JSON_BODY);
    server.always(cut(5));
    const { host } = new URL(server.origin);
    await expect(http.request({ url: server.origin }, {})).rejects.toMatchObject({ code: 'E_NETWORK', retryable: true, details: { host } });
    expect(server.requests).toHaveLength(6);
  });

  it('gives back the last answer when the server is broken to the end', async () => {
    await using server = await startFaultServer();
    server.always(status(503, {}, 'maintenance'));
    expect(await http.request({ url: server.origin }, {})).toMatchObject({ status: 503 });
    expect(server.requests).toHaveLength(6);
  });

  it('is not repeated where nobody answers', async () => {
    const gone = await startFaultServer();
    await gone[Symbol.asyncDispose]();
    const debug = vi.fn();
    const logger = { debug, info: vi.fn(), warn: vi.fn(), error: vi.fn() };
    const loud = createHttp({ userAgent: 'test', env: {}, logger });
    await expect(loud.request({ url: gone.origin }, {})).rejects.toMatchObject({ code: 'E_NETWORK', details: { cause: 'ECONNREFUSED' } });
    expect(debug).not.toHaveBeenCalled();
    await loud.close();
  });

  it('sends its body again when it is repeated', async () => {
    await using server = await startFaultServer();
    const bodies: string[] = [];
    server.always(async ({ request, response }) => {
      let body = '';
      for await (const chunk of request) body += chunk;
      bodies.push(`${request.method} ${body}`);
      response.writeHead(bodies.length < 3 ? 502 : 200).end();
    });
    await http.request({ url: server.origin, method: 'POST', body: 'scope=pull' }, {});
    expect(bodies).toEqual(['POST scope=pull', 'POST scope=pull', 'POST scope=pull']);
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE'] as const)('that changes something (%s) follows no redirect', async (method) => {
    await using server = await startFaultServer();
    server.always(status(307, { location: '/elsewhere' }));
    expect(await http.request({ url: server.origin, method, body: 'secret' }, {})).toMatchObject({ status: 307 });
    expect(server.requests).toHaveLength(1);
  });

  it('of the kind HEAD has headers and no body', async () => {
    await using server = await startFaultServer();
    server.always(({ response }) => response.writeHead(200, { 'content-length': '12345', etag: '"x"' }).end());
    const answer = await http.request({ url: server.origin, method: 'HEAD' }, {});
    expect(answer).toMatchObject({ status: 200, headers: { 'content-length': '12345', etag: '"x"' } });
    expect(answer.body).toHaveLength(0);
  });
});

describe('an answer', () => {
  it('without end is left at the limit', async () => {
    await using server = await startFaultServer();
    let sent = 0;
    server.always(async ({ response }) => {
      const closed = new Promise((resolve) => response.once('close', resolve).on('error', () => undefined));
      while (!response.destroyed) {
        sent += 65_536;
        await Promise.race([new Promise((resolve) => response.write(Buffer.alloc(65_536), resolve)), closed]);
      }
    });
    await expect(http.request({ url: server.origin, maxBytes: 1_000_000 }, {})).rejects.toMatchObject({
      code: 'E_REGISTRY',
      message: expect.stringContaining('1000000 bytes'),
    });
    expect(server.requests).toHaveLength(1);
    expect(sent).toBeLessThan(30_000_000);
  });

  it('of more than 32 MiB is refused where nothing else was said', async () => {
    await using server = await startFaultServer(Buffer.alloc(32 * 1024 * 1024 + 1));
    await expect(http.request({ url: server.origin }, {})).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });

  it('that redirects with a body says nothing with it', async () => {
    await using server = await startFaultServer(JSON_BODY);
    server.next(status(302, { location: '/there' }, '{"name":"wrong"}'));
    expect((await http.request({ url: server.origin }, {})).json()).toEqual({ name: 'x' });
  });

  it.each(['{"name":', '', '<html>', '\u0000'])('that is no JSON (%j) is told with its host, and readable as text', async (body) => {
    await using server = await startFaultServer();
    server.always(lie(200, { 'content-length': String(body.length) }, body));
    const answer = await http.request({ url: server.origin }, {});
    expect(answer.text()).toBe(body);
    expect(() => answer.json()).toThrow(expect.objectContaining({ code: 'E_REGISTRY', message: expect.stringContaining(new URL(server.origin).host) }));
  });

  it('with broken UTF-8 does not break the reader', async () => {
    await using server = await startFaultServer();
    server.always(lie(200, {}, Buffer.from([0x22, 0xff, 0x22])));
    expect((await http.request({ url: server.origin }, {})).json()).toBe('\ufffd');
  });
});

describe('a proxy', () => {
  it('is asked for a tunnel to the host, by name', async () => {
    await using proxy = await startFaultServer();
    const proxied = createHttp({ userAgent: 'test', env: { HTTPS_PROXY: proxy.origin, no_proxy: 'direct.example' } });
    await expect(proxied.request({ url: 'https://registry.example/v2/?token=canary' }, {})).rejects.toMatchObject({
      code: 'E_NETWORK',
      message: expect.stringContaining('proxy'),
    });
    expect(proxy.tunnels).toContain('registry.example:443');
    expect(proxy.tunnels.join()).not.toContain('canary');
    await proxied.close();
  });

  it('is left out for the hosts of NO_PROXY', async () => {
    await using proxy = await startFaultServer();
    const registries = { 'registry.invalid': { insecure: true } };
    // Nobody has that name, so that only the proxy could answer.
    const ask = async (noProxy: string): Promise<string> => {
      const proxied = createHttp({ userAgent: 'test', env: { HTTP_PROXY: proxy.origin, NO_PROXY: noProxy }, registries });
      const asked = proxied.request({ url: 'http://registry.invalid/', once: true }, { signal: AbortSignal.timeout(5000) });
      return asked
        .then(
          ({ status }) => `proxy ${status}`,
          () => 'nobody',
        )
        .finally(() => proxied.close());
    };
    expect(await ask('registry.invalid')).toBe('nobody');
    expect(await ask('other.invalid')).toBe('proxy 200');
  });

  it('is never asked for what is on this machine', async () => {
    await using proxy = await startFaultServer();
    await using server = await startFaultServer(JSON_BODY);
    const proxied = createHttp({ userAgent: 'test', env: { HTTP_PROXY: proxy.origin } });
    expect((await proxied.request({ url: server.origin, headers: { authorization: 'Bearer secret' } }, {})).json()).toEqual({ name: 'x' });
    await proxied.close();
  });
});
