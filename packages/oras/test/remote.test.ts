import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Credential } from '@ilab/core';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import { createHttp } from '@ilab/transfer';
import { afterEach, describe, expect, it } from 'vitest';
import { createRemoteRegistries } from '../src/index.ts';

const http = createHttp({ userAgent: 'test', env: {} });
const models = [{ repository: 'acme/model', versions: new Map(['v1', 'v2', 'v3'].map((version) => [version, snapshotOf({ 'a.txt': version })])) }];
let close: (() => Promise<void>) | undefined;
afterEach(() => close?.());

async function hubWith(access: Parameters<typeof startHub>[0]['access']): Promise<Hub> {
  const hub = await startHub({ models, ...(access && { access }) });
  close = hub.close;
  return hub;
}

function remote(credential?: Credential) {
  return createRemoteRegistries({ http, credentials: { find: async () => credential } });
}

async function tagsOf(host: string, credential?: Credential): Promise<readonly string[]> {
  const repository = await remote(credential).repository({ host, repository: 'acme/model' }, {});
  const tags: string[] = [];
  for await (const tag of repository.tags({})) tags.push(tag);
  return tags;
}

const ADA: Credential = { kind: 'basic', username: 'ada', password: 'secret' };

describe('authorisation', () => {
  it('is not asked for where none is needed', async () => {
    const hub = await hubWith(undefined);
    expect(await tagsOf(hub.host, ADA)).toEqual(['v1', 'v2', 'v3']);
    expect(hub.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  it('by Basic', async () => {
    const hub = await hubWith({ registry: 'basic', users: { ada: 'secret' } });
    expect(await tagsOf(hub.host, ADA)).toHaveLength(3);
    await expect(tagsOf(hub.host, { ...ADA, password: 'wrong' })).rejects.toMatchObject({
      code: 'E_UNAUTHORIZED',
      message: expect.stringContaining('refused'),
    });
    await expect(tagsOf(hub.host)).rejects.toMatchObject({ code: 'E_UNAUTHORIZED', message: expect.stringContaining('none are stored') });
  });

  it('by Bearer, anonymous for what is public, with a password for what is not', async () => {
    const open = await hubWith({ registry: 'bearer', users: { ada: 'secret' } });
    expect(await tagsOf(open.host)).toHaveLength(3);
    await open.close();
    const hub = await hubWith({ registry: 'bearer', users: { ada: 'secret' }, private: ['acme/model'] });
    expect(await tagsOf(hub.host, ADA)).toHaveLength(3);
    await expect(tagsOf(hub.host)).rejects.toMatchObject({ code: 'E_UNAUTHORIZED' });
    await expect(tagsOf(hub.host, { ...ADA, password: 'wrong' })).rejects.toMatchObject({ code: 'E_UNAUTHORIZED' });
  });

  it('asks for one token and keeps it, also for blobs', async () => {
    const hub = await hubWith({ registry: 'bearer', users: { ada: 'secret' }, private: ['acme/model'] });
    const repository = await remote(ADA).repository({ host: hub.host, repository: 'acme/model' }, {});
    await repository.manifest('v1', {});
    await repository.manifest('v2', {});
    const { headers, expires } = await repository.blob(`sha256:${'0'.repeat(64)}`, {});
    expect(headers['authorization']).toMatch(/^Bearer /);
    expect(expires).toBeGreaterThan(Date.now());
    expect(hub.requests.filter(({ url }) => url.startsWith('/token'))).toHaveLength(1);
  });

  it('finds out for blobs, where nothing was asked before', async () => {
    const hub = await hubWith({ registry: 'basic', users: { ada: 'secret' } });
    const repository = await remote(ADA).repository({ host: hub.host, repository: 'acme/model' }, {});
    expect(await repository.blob(`sha256:${'0'.repeat(64)}`, {})).toMatchObject({ headers: { authorization: expect.stringMatching(/^Basic /) } });
  });

  it('never answers a challenge of where a redirect led', async () => {
    const seen: IncomingMessage['headers'][] = [];
    const evil = await serve((request, response) => {
      seen.push(request.headers);
      response.writeHead(401, { 'www-authenticate': 'Basic realm="give"' }).end();
    });
    const server = await serve((request, response) => {
      if (request.url === '/v2/') response.end('{}');
      else response.writeHead(307, { location: `http://127.0.0.1:${port(evil)}/` }).end();
    });
    close = async () => [evil, server].forEach((one) => void one.close());
    await expect(tagsOf(`127.0.0.1:${port(server)}`, ADA)).rejects.toMatchObject({ code: 'E_FORBIDDEN' });
    expect(seen.map(({ authorization }) => authorization)).toEqual([undefined]);
  });
});

describe('manifests', () => {
  it('are proved by the digest that was asked for', async () => {
    const hub = await hubWith(undefined);
    const repository = await remote().repository({ host: hub.host, repository: 'acme/model' }, {});
    const { digest } = await repository.manifest('v1', {});
    expect(await repository.manifest(digest, {})).toMatchObject({ digest });
    hub.faults.add({ on: digest, kind: 'wrong-bytes', at: 30 });
    await expect(repository.manifest(digest, {})).rejects.toMatchObject({ code: 'E_INTEGRITY' });
  });

  it('of more than 4 MiB are refused', async () => {
    const server = await serve((request, response) => response.end(request.url?.includes('manifests') ? Buffer.alloc(5 * 1024 * 1024, 32) : '{}'));
    close = async () => void server.close();
    const repository = await remote().repository({ host: `127.0.0.1:${port(server)}`, repository: 'a' }, {});
    await expect(repository.manifest('v1', {})).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });

  it.each([
    '',
    '[]',
    '{"schemaVersion":2,"layers":{}}',
    '{"config":{"mediaType":"x","digest":"sha256:1","size":1},"layers":[]}',
    '{"manifests":[{"mediaType":"x","digest":"md5:0","size":-1}]}',
    'null',
  ])('that make no sense are refused: %j', async (body) => {
    const server = await serve((request, response) => response.end(request.url?.includes('manifests') ? body : '{}'));
    close = async () => void server.close();
    const repository = await remote().repository({ host: `127.0.0.1:${port(server)}`, repository: 'a' }, {});
    await expect(repository.manifest('v1', {})).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });
});

describe('tags', () => {
  it('are read page by page, without digests and attachments', async () => {
    const pages: Record<string, unknown> = {
      '/v2/acme/model/tags/list?n=1000': { tags: ['v1', `sha256-${'0'.repeat(64)}`, `sha256-${'0'.repeat(64)}.sig`, 7, null, '../x'] },
      '/v2/acme/model/tags/list?page=2': { tags: ['v2'] },
    };
    const server = await serve((request, response) => {
      if (request.url?.endsWith('n=1000')) response.setHeader('link', '</v2/acme/model/tags/list?page=2>; rel="next"');
      response.end(JSON.stringify(pages[request.url ?? ''] ?? {}));
    });
    close = async () => void server.close();
    expect(await tagsOf(`127.0.0.1:${port(server)}`)).toEqual(['v1', 'v2']);
  });

  it('have an end in bytes, however few the pages', async () => {
    const page = JSON.stringify({ tags: ['v1'], more: 'x'.repeat(20 * 1024 * 1024) });
    const server = await serve((request, response) => response.setHeader('link', `<${request.url}>; rel="next"`).end(page));
    close = async () => void server.close();
    await expect(tagsOf(`127.0.0.1:${port(server)}`)).rejects.toMatchObject({ code: 'E_REGISTRY', message: expect.stringContaining('bytes') });
  });

  it('can be null', async () => {
    const server = await serve((_request, response) => response.end('{"tags":null}'));
    close = async () => void server.close();
    expect(await tagsOf(`127.0.0.1:${port(server)}`)).toEqual([]);
  });
});

function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<Server> {
  return new Promise((resolve) => {
    const server = createServer(answer).listen(0, '127.0.0.1', () => resolve(server));
  });
}

function port(server: Server): number {
  return (server.address() as AddressInfo).port;
}
