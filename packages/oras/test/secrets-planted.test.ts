import { type Credential, type Http, isIlabError } from '@ilab/core';
import { createHttp } from '@ilab/transfer';
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest';
import { attempt, CREDENTIALS, isTold, OPERATIONS, type Reaction, type Watched, watch } from './secrets.ts';

// The gates of the matrix, taken out: what they hold back has to show.
const open = vi.hoisted(() => ({ origin: false, location: false, link: false, challenge: false }));
vi.mock('../src/remote/check-origin.ts', async (original) => {
  const real = await original<typeof import('../src/remote/check-origin.ts')>();
  return { checkOrigin: (...args: Parameters<typeof real.checkOrigin>) => (open.origin ? undefined : real.checkOrigin(...args)) };
});
vi.mock('../src/remote/upload/upload-session.ts', async (original) => {
  const real = await original<typeof import('../src/remote/upload/upload-session.ts')>();
  const openSession: typeof real.openSession = async (client, options) => {
    if (!open.location) return real.openSession(client, options);
    const { pushing } = await import('../src/remote/access.ts');
    const answer = await client.authorizer.send({ url: `${client.base}/blobs/uploads/`, method: 'POST' }, pushing(client.repository), options);
    return { location: answer.headers['location'] ?? '', offset: 0 };
  };
  return { ...real, openSession };
});
vi.mock('../src/remote/next-page.ts', async (original) => {
  const real = await original<typeof import('../src/remote/next-page.ts')>();
  return { nextPage: (link: string | undefined, from: string) => (open.link ? /<(.*)>/.exec(link ?? '')?.[1] : real.nextPage(link, from)) };
});
vi.mock('../src/remote/is-challenge.ts', async (original) => {
  const real = await original<typeof import('../src/remote/is-challenge.ts')>();
  return { ...real, isChallenge: (...args: Parameters<typeof real.isChallenge>) => (open.challenge ? args[0].status === 401 : real.isChallenge(...args)) };
});

const http = createHttp({ userAgent: 'test', env: {} });
afterAll(() => http.close());

/** Follows a redirect with all that it has, as clients did. */
const naive: Http = {
  ...http,
  async request(request, options) {
    const answer = await http.request({ ...request, redirect: 'manual' }, options);
    const { location } = answer.headers;
    return location === undefined || answer.status < 300 ? answer : naive.request({ ...request, url: new URL(location, request.url).href }, options);
  },
};

let registry: Watched;
let evil: Watched;
let reaction: Reaction;
let isClosed: boolean;
beforeEach(async () => {
  isClosed = true;
  evil = await watch(({ headers }, response) => {
    response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${headers.host}/token",service="s"` }).end();
  });
  registry = await watch((request, response) => {
    if (request.url === '/v2/') response.end('{}');
    else if (isClosed && request.headers.authorization === undefined) response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end();
    else reaction(request, response);
  });
});
afterEach(async () => {
  Object.assign(open, { origin: false, location: false, link: false, challenge: false });
  await evil[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});

async function does(operation: string, by: Http = http): Promise<boolean> {
  const doing = OPERATIONS[operation] ?? (() => Promise.reject(new Error('no such operation')));
  const outcome = await attempt(by, { host: registry.host, doing, credential: CREDENTIALS['a password'] as Credential });
  expect(isIlabError(outcome)).toBe(true);
  return isTold(evil);
}

it('a redirect that is followed with everything tells', async () => {
  reaction = (_request, response) => void response.writeHead(307, { location: `${evil.origin}/` }).end();
  expect(await does('tags')).toBe(false);
  expect(await does('tags', naive)).toBe(true);
});

it('a challenge of elsewhere that is answered tells', async () => {
  isClosed = false;
  reaction = (_request, response) => void response.writeHead(307, { location: `${evil.origin}/` }).end();
  expect(await does('tags')).toBe(false);
  open.challenge = true;
  expect(await does('tags')).toBe(true);
});

it.each([
  ['location', 'push a blob', (): Reaction => (_request, response) => void response.writeHead(202, { location: `${evil.origin}/u` }).end()],
  ['link', 'tags', (): Reaction => (_request, response) => void response.writeHead(200, { link: `<${evil.origin}/>; rel="next"` }).end('{"tags":[]}')],
] as const)('a %s of elsewhere that is followed tells, unless the last gate holds', async (gate, operation, answer) => {
  const normal = answer();
  reaction = (request, response) => (request.method === 'HEAD' ? void response.writeHead(404).end() : normal(request, response));
  open[gate] = true;
  expect(await does(operation)).toBe(false);
  open.origin = true;
  expect(await does(operation)).toBe(true);
});
