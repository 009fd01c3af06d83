import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createFakeUploads } from './fake-uploads.ts';

/** In what a registry differs from the specification, or from others. */
export interface Quirks {
  /** To a first chunk: 201 as if all were there (ECR), or 416 (ghcr). Default: as specified. */
  chunks?: 'created' | 'refused';
  /** Of the `Range` header in answers to chunks. */
  sayRange?: (range: string) => string | undefined;
  leastChunk?: number;
  /** After how many bytes of a body the connection breaks, for the next bodies in their order. */
  cuts?: number[];
  /** A broken upload is gone, as in distribution 2.8. */
  forgets?: boolean;
  /** The next uploads are stored, and the connection breaks before that is said. */
  silent?: number;
  referrers?: boolean;
  etags?: boolean;
  /** Answers what it likes, if it likes. @returns whether it did */
  before?: (request: Seen, response: ServerResponse) => boolean;
}

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  body: Buffer;
}

export interface FakeRegistry extends AsyncDisposable {
  readonly host: string;
  readonly origin: string;
  readonly quirks: Quirks;
  readonly seen: readonly Seen[];
  readonly blobs: Map<string, Buffer>;
  readonly uploads: Map<string, Buffer>;
  /** By tag and by digest. */
  readonly manifests: Map<string, { readonly bytes: Buffer; readonly type: string }>;
  /** `PUT`, `PATCH 0-9`: what was asked, in short. */
  calls(): readonly string[];
}

export function digestOf(bytes: Uint8Array): `sha256:${string}` {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** A registry of one repository, whose uploads are checked as distribution v3 does it. */
export async function startFakeRegistry(quirks: Quirks = {}): Promise<FakeRegistry> {
  const seen: Seen[] = [];
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, { bytes: Buffer; type: string }>();
  const { uploads, answer } = createFakeUploads(quirks, blobs);

  const server = createServer(async (request, response) => {
    const one: Seen = { method: request.method ?? '', url: request.url ?? '', headers: request.headers, body: Buffer.alloc(0) };
    seen.push(one);
    const isWhole = await readBody(request, one);
    if (quirks.before?.(one, response)) return;
    const [, id = ''] = /\/blobs\/uploads\/([^?]+)/.exec(one.url) ?? [];
    const [, kind = '', name = ''] = /\/(blobs|manifests|referrers)\/([^/?]+)/.exec(one.url) ?? [];
    if (one.url.includes('/blobs/uploads/')) return answer(id, { one, response, isWhole });
    if (kind === 'blobs') return give(response, one, blobs.get(name));
    if (kind === 'manifests') return manifest(name, { one, response });
    response.writeHead(one.url === '/v2/' ? 200 : 404).end('{}');
  });

  async function readBody(request: IncomingMessage, one: Seen): Promise<boolean> {
    const cut = Number(request.headers['content-length'] ?? 0) > 0 && one.method !== 'POST' ? quirks.cuts?.shift() : undefined;
    const { socket } = request;
    const pieces: Buffer[] = [];
    let length = 0;
    // A client that ends in the middle is nothing to a server.
    await new Promise<void>((resolve) => {
      request.on('data', (piece: Buffer) => {
        pieces.push(piece);
        length += piece.length;
        if (cut !== undefined && length >= cut) socket.destroy();
      });
      for (const end of ['end', 'close', 'error']) request.once(end, () => resolve());
    });
    one.body = Buffer.concat(pieces).subarray(0, cut);
    return cut === undefined;
  }

  function manifest(name: string, { one, response }: { readonly one: Seen; readonly response: ServerResponse }): void {
    const there = manifests.get(name);
    const etag = (bytes: Buffer): Record<string, string> => (quirks.etags ? { etag: `"${digestOf(bytes)}"` } : {});
    if (one.method !== 'PUT')
      return give(response, one, there?.bytes, there && { 'content-type': there.type, 'docker-content-digest': digestOf(there.bytes), ...etag(there.bytes) });
    const wanted = one.headers['if-match'];
    if (wanted !== undefined && wanted !== (there && etag(there.bytes)['etag'])) return void response.writeHead(412).end();
    const entry = { bytes: one.body, type: one.headers['content-type'] ?? '' };
    for (const key of [name, digestOf(one.body)]) manifests.set(key, entry);
    response.writeHead(201, { 'docker-content-digest': digestOf(one.body) }).end();
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()).closeAllConnections());
  const calls = (): readonly string[] =>
    seen.filter(({ url }) => url.includes('/uploads/')).map(({ method, headers }) => [method, headers['content-range']].filter(Boolean).join(' '));
  return { host, origin: `http://${host}`, quirks, seen, blobs, uploads, manifests, calls, [Symbol.asyncDispose]: close };
}

function give(response: ServerResponse, { method }: Seen, bytes: Buffer | undefined, headers: Record<string, string> = {}): void {
  if (!bytes) return void response.writeHead(404).end(method === 'HEAD' ? undefined : '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
  response.writeHead(200, { 'content-length': String(bytes.length), ...headers }).end(method === 'HEAD' ? undefined : bytes);
}
