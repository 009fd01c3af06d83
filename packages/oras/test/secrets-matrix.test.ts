import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Credential, isIlabError } from '@ilab/core';
import { createHttp } from '@ilab/transfer';
import { afterAll, afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { attempt, CANARY, CREDENTIALS, isTold, OPERATIONS, type Reaction, type Watched, watch } from './secrets.ts';

vi.mock('../src/remote/pause.ts', () => ({ pause: async () => undefined }));

vi.mock('../src/remote/upload/upload-rules.ts', async (original) => ({ ...(await original<object>()), habitsOf: () => ({ chunks: true, chunkSize: 3 }) }));

const http = createHttp({ userAgent: 'test', env: {} });
afterAll(() => http.close());
const PASSWORD = CREDENTIALS['a password'] as Credential;

let reaction: Reaction;
let registry: Watched;
let evil: Watched;
beforeEach(async () => {
  evil = await watch(({ headers }, response) => {
    response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${headers.host}/token",service="s", Basic realm="give"` }).end();
  });
  registry = await watch((request, response) => reaction(request, response));
});
afterEach(async () => {
  await evil[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});

/** Addresses that are not the registry's, whatever they look like. */
const ELSEWHERE: Readonly<Record<string, () => string>> = {
  'another port': () => `${evil.origin}/v2/a/b/x`,
  'another port without a scheme': () => `${evil.origin.replace('http:', '')}/v2/a/b/x`,
  'another name of this machine': () => `${registry.origin.replace('127.0.0.1', 'localhost')}/v2/a/b/x`,
  'another port behind a user’s name': () => `http://${registry.host}@${evil.host}/v2/a/b/x`,
};

/** A registry that wants Basic, then does something of its own. */
function closed(then: (request: IncomingMessage, response: ServerResponse) => void, challenge = 'Basic realm="x"'): Reaction {
  return (request, response) => {
    if (request.url === '/v2/') return void response.end('{}');
    // Who comes by another name is not who has logged in.
    const isRegistry = request.headers.host === registry.host;
    if (isRegistry && request.headers.authorization === undefined) return void response.writeHead(401, { 'www-authenticate': challenge }).end();
    then(request, response);
  };
}

/** Whether a request that came by another name of the registry had a secret. */
function isToldByAnotherName(): boolean {
  return registry.heard.some((text) => text.includes('localhost') && text.includes(CANARY));
}

function expectNothingTold(): void {
  expect(evil.heard.filter((text) => text.includes(CANARY))).toEqual([]);
  expect(isToldByAnotherName()).toBe(false);
  // Else nothing was put to the test.
  expect(isTold(registry)).toBe(true);
}

const STATUSES = [301, 302, 303, 307, 308];
const PLACES = ['another port', 'another name of this machine'];
const REDIRECTS = STATUSES.flatMap((status) => Object.keys(OPERATIONS).flatMap((operation) => PLACES.map((where) => ({ status, operation, where }))));
const CHUNKS = [202, ...STATUSES].flatMap((status) => Object.keys(ELSEWHERE).map((where) => ({ status, where })));
const LOCATIONS = ['push a blob', 'mount'].flatMap((operation) => Object.keys(ELSEWHERE).map((where) => ({ operation, where })));
const LINKS = ['tags', 'referrers', 'catalog'].flatMap((operation) => Object.keys(ELSEWHERE).map((where) => ({ operation, where })));
const REALMS = Object.keys(CREDENTIALS).flatMap((kind) =>
  ['tags', 'push a blob'].flatMap((operation) => [302, 307, 308].map((status) => ({ kind, operation, status }))),
);

it('are enough cases', () => {
  expect(REDIRECTS.length + CHUNKS.length + LOCATIONS.length + LINKS.length + REALMS.length).toBeGreaterThanOrEqual(200);
});

describe('a redirect', () => {
  it.each(REDIRECTS)('$status of “$operation” to $where takes no secret along, and its challenge gets none', async ({ status, operation, where }) => {
    reaction = closed((request, response) => {
      if (request.headers.host !== registry.host) response.writeHead(401, { 'www-authenticate': 'Basic realm="give"' }).end();
      else response.writeHead(status, { location: ELSEWHERE[where]?.() }).end();
    });
    await attempt(http, { host: registry.host, doing: OPERATIONS[operation] ?? fail, credential: PASSWORD });
    expectNothingTold();
  });
});

describe('the answer to a chunk', () => {
  it.each(CHUNKS)('$status with an address at $where leads nowhere', async ({ status, where }) => {
    reaction = closed(({ method, url }, response) => {
      if (method === 'POST') response.writeHead(202, { location: '/v2/a/b/blobs/uploads/1' }).end();
      else if (method === 'PATCH') response.writeHead(status, { location: ELSEWHERE[where]?.(), range: '0-2' }).end();
      else response.writeHead(404).end(url);
    });
    const outcome = await attempt(http, { host: registry.host, doing: OPERATIONS['push a blob'] ?? fail, credential: PASSWORD });
    expect(isIlabError(outcome) && outcome.code).toBe(status === 202 ? 'E_FORBIDDEN' : 'E_REGISTRY');
    expect(registry.heard.some((text) => text.startsWith('PATCH'))).toBe(true);
    expect(evil.heard).toEqual([]);
    expectNothingTold();
  });
});

describe('the address of an upload', () => {
  it.each(LOCATIONS)('at $where, to “$operation”, gets nothing at all', async ({ operation, where }) => {
    reaction = closed(({ method }, response) => {
      if (method === 'POST') response.writeHead(202, { location: ELSEWHERE[where]?.() }).end();
      else response.writeHead(404).end();
    });
    const outcome = await attempt(http, { host: registry.host, doing: OPERATIONS[operation] ?? fail, credential: PASSWORD });
    expect(isIlabError(outcome) && outcome.code).toBe('E_FORBIDDEN');
    expect(evil.heard).toEqual([]);
    expectNothingTold();
  });
});

describe('a next page', () => {
  it.each(LINKS)('of “$operation” at $where is not asked for', async ({ operation, where }) => {
    const index = '{"schemaVersion":2,"manifests":[],"tags":[],"repositories":[]}';
    reaction = closed((_request, response) => {
      response.writeHead(200, { 'content-type': 'application/vnd.oci.image.index.v1+json', link: `<${ELSEWHERE[where]?.()}>; rel="next"` }).end(index);
    });
    const outcome = await attempt(http, { host: registry.host, doing: OPERATIONS[operation] ?? fail, credential: PASSWORD });
    expect(isIlabError(outcome) && outcome.code).toBe('E_REGISTRY');
    expect(evil.heard).toEqual([]);
    expectNothingTold();
  });
});

describe('a token service', () => {
  it.each(REALMS)('that sends on with $status takes $kind no further, to “$operation”', async ({ kind, operation, status }) => {
    await using service = await watch((_request, response) => void response.writeHead(status, { location: `${evil.origin}/token` }).end());
    reaction = closed((_request, response) => void response.writeHead(404).end('{}'), `Bearer realm="${service.origin}/token",service="s"`);
    await attempt(http, { host: registry.host, doing: OPERATIONS[operation] ?? fail, credential: CREDENTIALS[kind] ?? PASSWORD });
    expect(evil.heard.filter((text) => text.includes(CANARY))).toEqual([]);
    // A token for the registry goes there; everything else to its service.
    expect(isTold(kind === 'a registry token' ? registry : service)).toBe(true);
  });

  it.each(Object.keys(CREDENTIALS))('of its own host, as Docker Hub’s, exchanges %s for a token, which goes to the registry alone', async (kind) => {
    await using service = await watch((_request, response) => void response.end('{"token":"granted"}'));
    reaction = closed((_request, response) => void response.end('{"tags":["v1"]}'), `Bearer realm="${service.origin}/token",service="s"`);
    const outcome = await attempt(http, { host: registry.host, doing: OPERATIONS['tags'] ?? fail, credential: CREDENTIALS[kind] ?? PASSWORD });
    expect(outcome).toEqual(['v1']);
    expect(isTold(service)).toBe(kind !== 'a registry token');
    expect(isTold(registry)).toBe(kind === 'a registry token');
    expect(service.heard.some((text) => text.includes('granted'))).toBe(false);
  });
});

function fail(): never {
  throw new Error('no such operation');
}
