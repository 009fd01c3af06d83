import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Credential, Http } from '@ilab/core';
import { contentOf, createRemoteRegistries, type Descriptor, type RemoteRegistries, type RemoteRepository } from '../src/index.ts';
import { digestOf } from './fake-registry.ts';

/** In every secret; nowhere else. */
export const CANARY = 'canary4711';
export const CREDENTIALS: Readonly<Record<string, Credential>> = {
  'a password': { kind: 'basic', username: 'ada', password: CANARY },
  'a refresh token': { kind: 'identity', token: CANARY },
  'a registry token': { kind: 'token', token: CANARY },
};

/** All that came to a server, as text. */
export interface Watched extends AsyncDisposable {
  readonly origin: string;
  readonly host: string;
  readonly heard: string[];
}

export type Reaction = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that hears whole requests before it reacts. */
export async function watch(react: Reaction): Promise<Watched> {
  const heard: string[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>).catch(() => []));
    heard.push([request.method, request.url, JSON.stringify(request.rawHeaders), body.toString('latin1'), secretOf(request)].join(' '));
    react(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { host, origin: `http://${host}`, heard, [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve()).closeAllConnections()) };
}

/** What Base64 hides. */
function secretOf({ headers }: IncomingMessage): string {
  return Buffer.from((headers.authorization ?? '').replace(/^Basic /, ''), 'base64').toString('latin1');
}

export function isTold({ heard }: Watched): boolean {
  return heard.some((text) => text.includes(CANARY));
}

const BYTES = Buffer.from('content');
const BLOB: Descriptor = { mediaType: 'application/octet-stream', digest: digestOf(BYTES), size: BYTES.length, annotations: {} };
const MANIFEST_BYTES = Buffer.from(
  JSON.stringify({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: BLOB,
    layers: [{ ...BLOB, urls: ['http://127.0.0.1:9/'] }],
    subject: BLOB,
  }),
);
const MANIFEST: Descriptor = {
  mediaType: 'application/vnd.oci.image.manifest.v1+json',
  digest: digestOf(MANIFEST_BYTES),
  size: MANIFEST_BYTES.length,
  annotations: {},
};

type Doing = (repository: RemoteRepository, remote: RemoteRegistries) => Promise<unknown>;

/** Everything that a registry is asked. */
export const OPERATIONS: Readonly<Record<string, Doing>> = {
  resolve: (repository) => repository.resolve('v1', {}),
  manifest: (repository) => repository.manifest('v1', {}),
  'fetch a blob': (repository) => Array.fromAsync(repository.fetch(BLOB, {})),
  'fetch a manifest': (repository) => Array.fromAsync(repository.fetch(MANIFEST, {})),
  exists: (repository) => repository.exists(BLOB, {}),
  tags: (repository) => Array.fromAsync(repository.tags({})),
  referrers: (repository) => Array.fromAsync(repository.referrers(MANIFEST, {})),
  catalog: (repository, remote) => Array.fromAsync(remote.catalog(repository.host, {})),
  'push a blob': (repository) => repository.push(BLOB, contentOf(BYTES), {}),
  'push a manifest': (repository) => repository.push(MANIFEST, contentOf(MANIFEST_BYTES), {}),
  tag: async (repository) => {
    await repository.push(MANIFEST, contentOf(MANIFEST_BYTES), {});
    await repository.tag(MANIFEST, 'v2', {});
  },
  mount: (repository) => repository.mount(BLOB, { host: repository.host, repository: 'other' }, {}),
  delete: (repository) => repository.delete(BLOB, {}),
  untag: (repository) => repository.untag('v1', {}),
};

/** Does something, whatever comes of it. */
export async function attempt(
  http: Http,
  { host, doing, credential }: { readonly host: string; readonly doing: Doing; readonly credential: Credential },
): Promise<unknown> {
  const remote = createRemoteRegistries({ http, credentials: { find: async (asked) => (asked === host ? credential : undefined) } });
  try {
    return await doing(await remote.repository({ host, repository: 'a/b' }, {}), remote);
  } catch (error) {
    return error;
  }
}
