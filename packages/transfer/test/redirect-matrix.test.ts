import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createHttp } from '../src/index.ts';
import { type FaultServer, startFaultServer } from './fault-server.ts';
import { lie, status } from './faults.ts';
import { LARGE, openScene, type Scene, SMALL } from './scene.ts';

vi.mock('../src/http/retry-policy.ts', async (original) => ({ ...(await original<object>()), retryDelay: () => 1 }));

const CODES = [301, 302, 303, 307, 308];
const CANARY = 'canary-9d1f';
/** Every way to carry a secret in a request. */
const SECRETS = {
  authorization: `Bearer ${CANARY}`,
  Cookie: `session=${CANARY}`,
  'Proxy-Authorization': `Basic ${CANARY}`,
  'X-Api-Key': CANARY,
  'PRIVATE-TOKEN': CANARY,
  'x-amz-security-token': CANARY,
};

/** Where a redirect leads, from the registry to the last server, by way of others. */
const ROUTES: Readonly<Record<string, (at: Places) => readonly string[]>> = {
  'another port': ({ last }) => [last],
  'another name of the same machine': ({ last }) => [last.replace('127.0.0.1', 'localhost')],
  'another port without a scheme': ({ last }) => [last.replace('http:', '')],
  'another port by way of the same origin': ({ registry, last }) => [`${registry}/again`, last],
  'another port by way of a relative path': ({ last }) => ['/again', last],
  'another port by way of a third': ({ third, last }) => [third, last],
  'another port by way of a third and back': ({ registry, third, last }) => [third, `${registry}/back`, last],
  'another name of the registry itself': ({ registry, last }) => [registry.replace('127.0.0.1', 'localhost'), last],
};
type Places = { readonly registry: string; readonly third: string; readonly last: string };

const WAYS = ['a small blob', 'a large blob', 'the API'] as const;

let registry: FaultServer;
let third: FaultServer;
let scenes: Readonly<Record<(typeof WAYS)[number], Scene>>;
beforeAll(async () => {
  scenes = { 'a small blob': await openScene({ size: SMALL }), 'a large blob': await openScene({ size: LARGE }), 'the API': await openScene() };
});
afterAll(async () => {
  for (const scene of Object.values(scenes)) await scene[Symbol.asyncDispose]();
});
beforeEach(async () => {
  [registry, third] = [await startFaultServer(Buffer.from('{}')), await startFaultServer(Buffer.from('{}'))];
});
afterEach(async () => {
  await registry[Symbol.asyncDispose]();
  await third[Symbol.asyncDispose]();
});

const CASES = CODES.flatMap((code) => Object.keys(ROUTES).flatMap((route) => WAYS.map((way) => ({ code, route, way }))));

it('are enough cases', () => {
  expect(CASES.length).toBeGreaterThanOrEqual(120);
});

/** A large blob is fetched by another reader than a small one, after the same rules: with one code it is tried, with all in the full run. */
const TRIED = process.env['ILAB_TEST_FULL'] === '1' ? CASES : CASES.filter(({ code, way }) => way !== 'a large blob' || code === 307);

describe('a redirect', () => {
  it.each(TRIED)('$code of $way to $route takes no secret to another origin', async ({ code, route, way }) => {
    const scene = scenes[way];
    const seen = scene.server.requests.length;
    const hops = ROUTES[route]?.({ registry: registry.origin, third: third.origin, last: scene.url }) ?? [];
    // Each server on the way sends on to the next place; what it says is for one request.
    let from: string = registry.origin;
    for (const to of hops) {
      const server = new URL(from).port === new URL(third.origin).port ? third : registry;
      server.next(status(code, { location: to }));
      from = new URL(to, from).href;
    }
    if (way === 'the API') {
      const http = createHttp({ userAgent: 'test', env: {} });
      expect(await http.request({ url: `${registry.origin}/start`, headers: SECRETS }, {})).toMatchObject({ status: 200 });
      await http.close();
    } else {
      expect((await scene.fetch({ url: `${registry.origin}/start`, headers: SECRETS })).sha256).toBe(scene.sha256);
      rmSync(scene.target);
    }
    const elsewhere = [...scene.server.requests.slice(seen), ...third.requests];
    expect(elsewhere.length).toBeGreaterThan(0);
    expect(JSON.stringify(elsewhere)).not.toContain(CANARY);
    // What the registry itself was asked first had it; what it was asked again after another origin, or under another name, had not.
    expect(JSON.stringify(registry.requests[0]?.headers)).toContain(CANARY);
    const { host } = new URL(registry.origin);
    const back = registry.requests.filter(({ url, headers }) => url === '/back' || headers.host !== host);
    expect(JSON.stringify(back)).not.toContain(CANARY);
  });
});

describe('a header of an answer', () => {
  // Each leads a browser, or some client, somewhere.
  it.each([
    'location',
    'content-location',
    'refresh',
    'link',
    'alt-svc',
    'www-authenticate',
    'set-cookie',
    'x-amz-redirect',
    'x-accel-redirect',
    'x-linked-url',
  ])('%s of a 200, a 401 or a 206 sends nothing anywhere', async (name) => {
    const values: Readonly<Record<string, string>> = {
      refresh: `0; url=${third.origin}/`,
      link: `<${third.origin}/>; rel="next", <${third.origin}/>; rel="canonical"`,
      'alt-svc': `h2="${new URL(third.origin).host}"`,
      'www-authenticate': `Bearer realm="${third.origin}/token",service="x"`,
      'set-cookie': `a=b; Domain=127.0.0.1`,
    };
    const said = { [name]: values[name] ?? `${third.origin}/` };
    const http = createHttp({ userAgent: 'test', env: {} });
    for (const code of [200, 206, 401]) {
      registry.next(lie(code, said, '{}'));
      expect(await http.request({ url: registry.origin, headers: SECRETS }, {})).toMatchObject({ status: code });
    }
    await http.request({ url: third.origin }, {});
    await http.close();
    expect(third.requests).toHaveLength(1);
    expect(third.requests[0]?.headers).not.toHaveProperty('cookie');
  });
});
