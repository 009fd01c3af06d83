import { afterAll, describe, expect, it } from 'vitest';
import { createEndpoints } from '../src/index.ts';
import { lie, status } from './faults.ts';
import { startFaultServer } from './fault-server.ts';

const endpoints = createEndpoints({ userAgent: 'test', env: {} });
/** For servers that are silent only: a busy machine is silent at times. */
const impatient = createEndpoints({ userAgent: 'test', env: {}, stallAfter: 300 });
afterAll(() => Promise.all([endpoints.close(), impatient.close()]));

async function textOf({ body }: { readonly body: AsyncIterable<Uint8Array> }): Promise<string> {
  return Buffer.concat(await Array.fromAsync(body)).toString();
}

describe('a server that runs models', () => {
  it('is asked over plain HTTP as well, and answers piece by piece', async () => {
    await using server = await startFaultServer(Buffer.from('data: a\n\n'));
    const answer = await endpoints.ask({ url: `${server.origin}/v1/models`, headers: { authorization: 'Bearer k' } }, {});
    expect([answer.status, await textOf(answer)]).toEqual([200, 'data: a\n\n']);
    expect(server.requests).toEqual([{ url: '/v1/models', headers: expect.objectContaining({ authorization: 'Bearer k', 'user-agent': 'test' }) }]);
  });

  it.each([302, 429, 500, 503])('is asked once, and %i is an answer like any other', async (code) => {
    await using elsewhere = await startFaultServer();
    await using server = await startFaultServer();
    server.always(status(code, { location: elsewhere.origin, 'retry-after': '0' }, 'no'));
    const answer = await endpoints.ask({ url: server.origin, method: 'POST', body: '{}' }, {});
    expect([answer.status, await textOf(answer)]).toEqual([code, 'no']);
    expect([server.requests.length, elsewhere.requests.length]).toEqual([1, 0]);
  });

  it('that is gone, silent, or breaks off is told by its host', async () => {
    const gone = await startFaultServer();
    await gone[Symbol.asyncDispose]();
    await expect(endpoints.ask({ url: gone.origin }, {})).rejects.toMatchObject({ code: 'E_NETWORK', hint: expect.stringContaining('Is the server running') });
    await using server = await startFaultServer();
    server.next(() => undefined, lie(200, { 'content-length': '100' }, 'short'));
    await expect(impatient.ask({ url: server.origin }, {})).rejects.toMatchObject({
      code: 'E_NETWORK',
      message: expect.stringContaining(new URL(server.origin).host),
    });
    await expect(endpoints.ask({ url: server.origin }, {}).then(textOf)).rejects.toMatchObject({ code: 'E_NETWORK' });
  });

  it('is let go by whoever asked', async () => {
    await using server = await startFaultServer();
    server.always(() => undefined);
    const reason = new Error('enough');
    const controller = new AbortController();
    const asked = endpoints.ask({ url: server.origin }, { signal: controller.signal });
    controller.abort(reason);
    await expect(asked).rejects.toBe(reason);
  });
});

describe('a proxy', () => {
  it.each(['127.0.0.1', 'localhost', '[::1]', '0.0.0.0', '[::]', '[::ffff:127.0.0.1]'])('is never asked for %s', async (host) => {
    await using proxy = await startFaultServer();
    await using server = await startFaultServer(Buffer.from('here'));
    const proxied = createEndpoints({ userAgent: 'test', env: { HTTP_PROXY: proxy.origin, https_proxy: proxy.origin } });
    const url = server.origin.replace('127.0.0.1', host);
    // The server has no address of IPv6: nobody answers there, and the proxy least of all.
    await proxied.ask({ url, headers: { authorization: 'Bearer secret' } }, {}).then(textOf, () => undefined);
    expect([proxy.requests, proxy.tunnels]).toEqual([[], []]);
    await proxied.close();
  });

  it.each([
    ['http://models.invalid:8000/v1', {}, ['http://models.invalid:8000/v1']],
    ['https://models.invalid/v1', {}, ['models.invalid:443']],
    ['https://models.invalid/v1', { NO_PROXY: 'models.invalid' }, []],
  ])('is asked for others: %s, %j', async (url, more, asked) => {
    await using proxy = await startFaultServer();
    const proxied = createEndpoints({ userAgent: 'test', env: { HTTP_PROXY: proxy.origin, HTTPS_PROXY: proxy.origin, ...more } });
    await proxied.ask({ url, headers: { authorization: 'Bearer secret' } }, { signal: AbortSignal.timeout(2000) }).catch(() => undefined);
    expect([...new Set([...proxy.tunnels, ...proxy.requests.map((seen) => seen.url)])]).toEqual(asked);
    await proxied.close();
  });
});
