import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Credential } from '@ilab/core';
import { createHttp } from '@ilab/transfer';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { contentOf, createRemoteRegistries, type Descriptor, type RemoteRegistries } from '../src/index.ts';
import { challengedScopes, covers, union } from '../src/remote/access.ts';
import { digestOf } from './fake-registry.ts';

const http = createHttp({ userAgent: 'test', env: {} });
afterAll(() => http.close());
const ADA: Credential = { kind: 'basic', username: 'ada', password: 'secret' };
const BYTES = Buffer.from('content');
const BLOB: Descriptor = { mediaType: 'application/octet-stream', digest: digestOf(BYTES), size: BYTES.length, annotations: {} };

interface Service {
  /** Seconds of a token. */
  readonly life?: number;
  /** Scopes that a token for those asked for has. */
  readonly grant?: (asked: readonly string[], authorization: string | undefined) => readonly string[];
  /** Takes no GET. */
  readonly oauth?: boolean;
  /** What the registry wants in addition. */
  readonly wants?: string;
}

type TokenRequest = { readonly method: string; readonly scopes: readonly string[]; readonly body: string; readonly authorization: string | undefined };

let close: (() => void) | undefined;
afterEach(() => close?.());

/** A registry that takes tokens whose text is what they are for. */
async function scene({ life = 300, grant = (asked) => asked, oauth = false, wants }: Service = {}, credential: Credential | null = ADA) {
  const tokens: TokenRequest[] = [];
  const requests: { readonly method: string; readonly url: string; readonly authorization: string | undefined }[] = [];
  const token = (request: IncomingMessage, body: string, response: ServerResponse): void => {
    const form = request.method === 'POST' ? new URLSearchParams(body) : new URL(request.url ?? '', 'http://x').searchParams;
    const scopes = form.getAll('scope').flatMap((scope) => scope.split(' '));
    tokens.push({ method: request.method ?? '', scopes, body, authorization: request.headers.authorization });
    if (oauth && request.method === 'GET') response.writeHead(405).end();
    else response.end(JSON.stringify({ token: `${tokens.length}|${grant(scopes, request.headers.authorization).join('|')}`, expires_in: life }));
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', headers } = request;
    const { pathname } = new URL(request.url ?? '', 'http://x');
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>)).toString();
    if (pathname === '/token') return token(request, body, response);
    requests.push({ method, url: pathname, authorization: headers.authorization });
    const wanted = pathname === '/v2/' ? [] : [wants ?? scopeOf(method, pathname)];
    const held = /^Bearer \d+\|(.*)$/.exec(headers.authorization ?? '')?.[1]?.split('|') ?? [];
    if (covers(held, wanted)) return give(method, pathname, response);
    const error = headers.authorization === undefined ? '' : ',error="insufficient_scope"';
    response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${headers.host}/token",service="s",scope="${wanted[0]}"${error}` }).end('{}');
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  close = () => void server.close().closeAllConnections();
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const remote = createRemoteRegistries({ http, credentials: { find: async () => credential ?? undefined } });
  return { remote, host, tokens, requests, scopes: () => tokens.map((token) => token.scopes.join(' ')) };
}

function scopeOf(method: string, path: string): string {
  if (path.endsWith('_catalog')) return 'registry:catalog:*';
  const action = ['GET', 'HEAD'].includes(method) ? 'pull' : method === 'DELETE' ? 'delete' : 'pull,push';
  return `repository:${/^\/v2\/(.+?)\/(?:blobs|tags|manifests)/.exec(path)?.[1]}:${action}`;
}

/** Nothing is there; everything is taken. */
function give(method: string, path: string, response: ServerResponse): void {
  if (method === 'HEAD') response.writeHead(404).end();
  else if (method === 'POST') response.writeHead(202, { location: '/v2/a/blobs/uploads/1' }).end();
  else response.writeHead(method === 'PUT' ? 201 : 200).end(path.endsWith('_catalog') ? '{"repositories":["a","../b"]}' : '{"tags":["v1"]}');
}

async function tags(remote: RemoteRegistries, host: string, repository = 'a'): Promise<readonly string[]> {
  return Array.fromAsync((await remote.repository({ host, repository }, {})).tags({}));
}

describe('a token', () => {
  it('is asked for once by all that want the same at the same time', async () => {
    const { remote, host, tokens } = await scene();
    await Promise.all(Array.from({ length: 20 }, () => tags(remote, host)));
    expect(tokens).toHaveLength(1);
  });

  it('for pushing is asked for up front, and serves for pulling', async () => {
    const { remote, host, scopes } = await scene();
    const repository = await remote.repository({ host, repository: 'a' }, {});
    await repository.push(BLOB, contentOf(BYTES), {});
    await repository.push(BLOB, contentOf(BYTES), {});
    await tags(remote, host);
    expect(scopes()).toEqual(['repository:a:pull,push']);
  });

  it('is one for each repository, for the catalog, and for deletion', async () => {
    const { remote, host, scopes } = await scene();
    await tags(remote, host);
    await tags(remote, host, 'b/c');
    expect(await Array.fromAsync(remote.catalog(host, {}))).toEqual(['a']);
    await (await remote.repository({ host, repository: 'a' }, {})).untag('v1', {});
    expect(scopes()).toEqual(['repository:a:pull', 'repository:b/c:pull', 'registry:catalog:*', 'repository:a:delete']);
  });

  it('that ends soon is renewed before bytes go out, and not before', async () => {
    const { remote, host, requests, scopes } = await scene({ life: 50 });
    const repository = await remote.repository({ host, repository: 'a' }, {});
    await repository.push(BLOB, contentOf(BYTES), {});
    // Fetched for the upload's beginning a moment ago: a new one would live no longer.
    expect(scopes()).toEqual(['repository:a:pull,push']);
    const now = Date.now;
    try {
      Date.now = () => now() + 20_000;
      await repository.push(BLOB, contentOf(BYTES), {});
    } finally {
      Date.now = now;
    }
    expect(scopes()).toHaveLength(2);
    expect(requests.at(-1)).toMatchObject({ method: 'PUT', authorization: expect.stringMatching(/^Bearer 2\|/) });
  });

  it('is had by who logs in after a refusal', async () => {
    const { host } = await scene({ grant: (asked, user) => (user === undefined ? [] : asked) });
    let known: Credential | undefined;
    const remote = createRemoteRegistries({ http, credentials: { find: async () => known } });
    await expect(tags(remote, host)).rejects.toMatchObject({ code: 'E_UNAUTHORIZED' });
    known = ADA;
    expect(await tags(remote, host)).toEqual(['v1']);
  });

  it('comes by the password grant where the service takes no GET', async () => {
    const { remote, host, tokens } = await scene({ oauth: true });
    expect(await tags(remote, host)).toEqual(['v1']);
    expect(tokens.map(({ method }) => method)).toEqual(['GET', 'POST']);
    expect(Object.fromEntries(new URLSearchParams(tokens[1]?.body))).toMatchObject({
      grant_type: 'password',
      username: 'ada',
      password: 'secret',
      scope: 'repository:a:pull',
    });
  });

  it('comes by the refresh grant where a refresh token is stored', async () => {
    const { remote, host, tokens } = await scene({}, { kind: 'identity', token: 'refresh' });
    expect(await tags(remote, host)).toEqual(['v1']);
    expect(tokens).toMatchObject([{ method: 'POST', authorization: undefined }]);
    expect(tokens[0]?.body).toContain('grant_type=refresh_token&refresh_token=refresh');
  });
});

describe('a scope that is not enough', () => {
  it('is answered once, and remembered', async () => {
    const { remote, host, scopes } = await scene({ wants: 'repository:remapped/a:pull' });
    expect(await tags(remote, host)).toEqual(['v1']);
    expect(scopes()).toEqual(['repository:a:pull', 'repository:a:pull repository:remapped/a:pull']);
    await tags(remote, host);
    expect(scopes()).toHaveLength(2);
  });

  it('is not asked for again and again where it is not granted', async () => {
    const { remote, host, tokens, requests } = await scene({ grant: () => [] });
    const repository = await remote.repository({ host, repository: 'a' }, {});
    await expect(repository.push(BLOB, contentOf(BYTES), {})).rejects.toMatchObject({ code: 'E_FORBIDDEN' });
    expect(tokens.length).toBeLessThanOrEqual(3);
    expect(requests.length).toBeLessThanOrEqual(6);
  });

  it('is nothing to a user who is not known: the login is', async () => {
    const { remote, host } = await scene({ grant: () => [] }, null);
    await expect(tags(remote, host)).rejects.toMatchObject({ code: 'E_UNAUTHORIZED', message: expect.stringContaining('none are stored') });
  });
});

describe('scopes', () => {
  it.each([
    [['repository:a:pull,push'], ['repository:a:pull'], true],
    [['repository:a:pull'], ['repository:a:pull,push'], false],
    [['repository:a:pull,push'], ['repository:b:pull'], false],
    [['repository:a:pull', 'repository:h:5000/b:pull'], ['repository:h:5000/b:pull'], true],
  ])('%s cover %s: %s', (granted, wanted, expected) => {
    expect(covers(granted, wanted)).toBe(expected);
    expect(union(granted, wanted)).toEqual(expected ? granted : [...granted, ...wanted]);
  });

  it('of a challenge are read within bounds', () => {
    expect(challengedScopes('repository:a:pull  repository:b:pull,push nonsense')).toEqual(['repository:a:pull', 'repository:b:pull,push']);
    expect(challengedScopes(undefined)).toEqual([]);
    expect(challengedScopes(Array.from({ length: 99 }, (_value, number) => `repository:${number}:pull`).join(' '))).toHaveLength(10);
    expect(challengedScopes(`repository:${'a'.repeat(1000)}:pull`)).toEqual([]);
  });
});
