import type { ServerResponse } from 'node:http';
import { digestOf, type Quirks, type Seen } from './fake-registry.ts';

/** One request of an upload. */
export interface UploadExchange {
  readonly one: Seen;
  readonly response: ServerResponse;
  /** Whether all of its body came. */
  readonly isWhole: boolean;
}

/** Uploads of a registry that checks where chunks belong, as distribution v3 does. */
export function createFakeUploads(quirks: Quirks, blobs: Map<string, Buffer>) {
  const uploads = new Map<string, Buffer>();
  let opened = 0;

  function place(id: string): Record<string, string> {
    return { location: `/v2/a/b/blobs/uploads/${id}?_state=s%2B${uploads.get(id)?.length ?? 0}==` };
  }

  function range(id: string, say: (range: string) => string | undefined = (text) => text): Record<string, string> {
    const text = say(`0-${Math.max(0, (uploads.get(id)?.length ?? 0) - 1)}`);
    return text === undefined ? {} : { range: text };
  }

  function open(response: ServerResponse): void {
    const id = `u${++opened}`;
    uploads.set(id, Buffer.alloc(0));
    response.writeHead(202, { ...place(id), ...(quirks.leastChunk !== undefined && { 'oci-chunk-min-length': String(quirks.leastChunk) }) }).end();
  }

  /** @returns whether the connection is still there */
  function take(id: string, held: Buffer, { one, isWhole }: UploadExchange): Buffer | undefined {
    const bytes = Buffer.concat([held, one.body]);
    uploads.set(id, bytes);
    if (isWhole) return bytes;
    if (quirks.forgets) uploads.delete(id);
    return undefined;
  }

  function patch(id: string, held: Buffer, exchange: UploadExchange): void {
    const { one, response } = exchange;
    if (held.length === 0 && quirks.chunks !== undefined) return void response.writeHead(quirks.chunks === 'refused' ? 416 : 201).end();
    const [, start] = /^(\d+)-\d+$/.exec(one.headers['content-range'] ?? '') ?? [];
    if (Number(start) !== held.length) return void response.writeHead(416, range(id)).end();
    if (take(id, held, exchange)) response.writeHead(202, { ...place(id), ...range(id, quirks.sayRange) }).end();
  }

  function put(id: string, held: Buffer, exchange: UploadExchange): void {
    const { one, response } = exchange;
    const bytes = take(id, held, exchange);
    if (!bytes) return;
    const digest = new URL(one.url, 'http://x').searchParams.get('digest') ?? '';
    if (digest !== digestOf(bytes)) return void response.writeHead(400).end('{"errors":[{"code":"DIGEST_INVALID"}]}');
    blobs.set(digest, bytes);
    uploads.delete(id);
    if (quirks.silent && quirks.silent-- > 0) return void response.socket?.destroy();
    response.writeHead(201, { location: `/v2/a/b/blobs/${digest}`, 'docker-content-digest': digest }).end();
  }

  function answer(id: string, exchange: UploadExchange): void {
    const { one, response } = exchange;
    if (one.method === 'POST') return open(response);
    const held = uploads.get(id);
    if (!held) return void response.writeHead(404).end('{"errors":[{"code":"BLOB_UPLOAD_UNKNOWN"}]}');
    if (one.method === 'PATCH') return patch(id, held, exchange);
    if (one.method === 'PUT') return put(id, held, exchange);
    if (one.method === 'DELETE') uploads.delete(id);
    response.writeHead(204, { ...place(id), ...range(id) }).end();
  }

  return { uploads, answer };
}
