import type { Credential, EngineRequest, EngineSession } from '@ilab/plugin-api';
import { startEndpoint, type TestEndpoint } from '@ilab/testkit/endpoint';
import { afterEach, describe, expect, it } from 'vitest';
import { createEndpointEngine } from '../src/endpoint-engine.ts';
import { testContext } from './context.ts';

const KEY = 'sk-test-0123456789abcdef';
const request = (endpoint: string, name = 'm'): EngineRequest => ({ model: { names: [name], path: '', format: 'unknown', files: [], adapters: [] }, endpoint });

const open: TestEndpoint[] = [];
async function endpoint(options: Partial<Parameters<typeof startEndpoint>[0]> = {}): Promise<TestEndpoint> {
  const started = await startEndpoint({ names: ['m'], ...options });
  open.push(started);
  return started;
}
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

function connect(url: string, given: Parameters<typeof testContext>[0] = {}): Promise<EngineSession> {
  return createEndpointEngine(testContext(given)).start(request(url), {});
}

describe('the key', () => {
  const kept = (host: string, credential: Credential) => ({ find: (asked: string) => Promise.resolve(asked === host ? credential : undefined) });

  it('of OPENAI_API_KEY goes to the server of OPENAI_BASE_URL', async () => {
    const { url, requests } = await endpoint({ key: KEY });
    const session = await connect(url, { env: { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: url } });
    expect(session.headers).toEqual({ authorization: `Bearer ${KEY}` });
    expect(requests).toEqual([{ method: 'GET', path: '/v1/models', authorization: `Bearer ${KEY}` }]);
  });

  it.each([undefined, 'https://api.openai.com/v1', 'http://127.0.0.1:1/v1', 'no address'])('goes nowhere else: OPENAI_BASE_URL is %s', async (base) => {
    const { url, requests } = await endpoint();
    const session = await connect(url, { env: { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: base } });
    expect(session.headers).toEqual({});
    expect(requests.map(({ authorization }) => authorization)).toEqual([undefined]);
  });

  it.each<[string, Credential, string | undefined]>([
    ['a token', { kind: 'token', token: 'tok' }, 'Bearer tok'],
    ['a password', { kind: 'basic', username: 'u', password: 'pass' }, 'Bearer pass'],
    ['what is to be exchanged', { kind: 'identity', token: 'refresh' }, undefined],
  ])('is %s of the store, for exactly this host', async (_what, credential, expected) => {
    const { url } = await endpoint();
    const { host, hostname } = new URL(url);
    expect((await connect(url, { credentials: kept(host, credential) })).headers['authorization']).toBe(expected);
    expect((await connect(url, { credentials: kept(hostname, credential) })).headers).toEqual({});
  });

  it('is not sent in the clear over the network, and stands in no message', async () => {
    const url = 'http://models.example.com/v1';
    const failing = connect(url, { env: { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: url } });
    await expect(failing).rejects.toMatchObject({ code: 'E_USAGE', message: expect.not.stringContaining(KEY) });
  });

  it('does not follow a redirect', async () => {
    const other = await endpoint();
    const { url } = await endpoint({ instead: (_request, response) => response.writeHead(307, { location: `${other.url}/models` }).end() && true });
    await expect(connect(url, { env: { OPENAI_API_KEY: KEY, OPENAI_BASE_URL: url } })).rejects.toMatchObject({ code: 'E_ENGINE' });
    expect(other.requests).toEqual([]);
  });
});

describe('an address', () => {
  it.each([
    ['localhost:8000', 'with http:// or https://'],
    ['ftp://localhost/v1', 'with http:// or https://'],
    ['https://user:secret@host/v1', 'has no key in it'],
    ['https://host/v1?api-key=secret', 'ends with its path'],
  ])('%s is refused before anybody is asked', async (url, why) => {
    const engine = createEndpointEngine(testContext());
    const fit = await engine.fit(request(url), {});
    expect(fit).toMatchObject({ fits: false, because: expect.stringContaining(why) });
    await expect(engine.start(request(url), {})).rejects.toMatchObject({ code: 'E_USAGE', message: expect.not.stringContaining('secret') });
  });

  it('may leave out its path', async () => {
    const { url } = await endpoint();
    expect((await connect(url.replace('/v1', ''))).endpoint).toBe(url);
    expect((await connect(`${url}/`)).endpoint).toBe(url);
  });
});

describe('a server', () => {
  it('that is not there is said to be so', async () => {
    const gone = await endpoint();
    await gone.close();
    await expect(connect(gone.url)).rejects.toMatchObject({ code: 'E_NETWORK', retryable: true });
  });

  it('that lets nobody in says where the key belongs', async () => {
    const { url } = await endpoint({ key: KEY });
    await expect(connect(url)).rejects.toMatchObject({ code: 'E_UNAUTHORIZED', hint: expect.stringContaining('OPENAI_API_KEY') });
  });

  it.each([
    ['another status', (write: (status: number, body: string) => void) => write(500, '{}')],
    ['a page', (write: (status: number, body: string) => void) => write(200, '<html>')],
    ['something else', (write: (status: number, body: string) => void) => write(200, '{"data":1}')],
    ['too much', (write: (status: number, body: string) => void) => write(200, `{"data":"${'x'.repeat(9_000_000)}"}`)],
  ])('that answers %s is no endpoint', async (_what, answer) => {
    const { url } = await endpoint({
      instead(_request, response) {
        answer((status, body) => response.writeHead(status).end(body));
        return true;
      },
    });
    await expect(connect(url)).rejects.toMatchObject({ code: 'E_ENGINE' });
  });

  it('that has no list, or lists others, is asked all the same', async () => {
    const { url } = await endpoint({ names: ['other'], contextLength: 100 });
    const context = testContext();
    const session = await createEndpointEngine(context).start(request(url), {});
    expect(context.logged).toEqual([expect.stringContaining('does not list a model m')]);
    expect(session.contextLength).toBeUndefined();
    const listless = await endpoint({ instead: (_request, response) => response.writeHead(404).end() && true });
    expect((await connect(listless.url)).endpoint).toBe(listless.url);
  });

  it('tells how long a conversation can be', async () => {
    expect((await connect((await endpoint({ contextLength: 4096 })).url)).contextLength).toBe(4096);
  });
});
