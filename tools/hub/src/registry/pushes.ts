import { randomUUID } from 'node:crypto';
import type { Artifact } from '../content/artifact.ts';
import { type Blob, blobOf } from '../content/blob.ts';
import { answer, type Exchange } from '../http/exchange.ts';
import { receive } from '../http/receive.ts';
import { refuse } from './refuse.ts';

/** What pushes are kept in. */
export interface PushContent {
  blob(sha256: string): Blob | undefined;
  keepBlob(repository: string, blob: Blob): void;
  keepManifest(at: { readonly repository: string; readonly name: string }, artifact: Artifact): void;
}

const UPLOADS = /^\/v2\/(.+)\/blobs\/uploads\/([^/]*)$/;
const MANIFEST = /^\/v2\/(.+)\/manifests\/([^/]+)$/;

type Upload = { readonly repository: string; readonly id: string };

/** The push half of the distribution specification, in memory. */
export interface Pushes {
  /** @returns false for what is no push */
  serve(exchange: Exchange): Promise<boolean>;
}

export function createPushes(content: PushContent): Pushes {
  const sessions = new Map<string, Buffer>();

  const standing = (repository: string, id: string): Record<string, string> => ({
    location: `/v2/${repository}/blobs/uploads/${id}`,
    range: `0-${Math.max(0, (sessions.get(id)?.length ?? 0) - 1)}`,
  });

  function openUpload(exchange: Exchange, repository: string): void {
    const mount = exchange.url.searchParams.get('mount');
    if (mount !== null && content.blob(hexOf(mount))) return answer(exchange, 201, { headers: { location: `/v2/${repository}/blobs/${mount}` } });
    const id = randomUUID();
    sessions.set(id, Buffer.alloc(0));
    answer(exchange, 202, { headers: standing(repository, id) });
  }

  async function serveUpload(exchange: Exchange, upload: Upload): Promise<void> {
    const { method } = exchange;
    const { repository, id } = upload;
    if (method === 'POST') return openUpload(exchange, repository);
    if (!sessions.has(id)) return refuse(exchange, 404, 'BLOB_UPLOAD_UNKNOWN');
    if (method === 'GET') return answer(exchange, 204, { headers: standing(repository, id) });
    if (method === 'PATCH' || method === 'PUT') return takeBytes(exchange, upload);
    sessions.delete(id);
    answer(exchange, 204);
  }

  async function takeBytes(exchange: Exchange, { repository, id }: Upload): Promise<void> {
    const { method, url, request } = exchange;
    const before = sessions.get(id) ?? Buffer.alloc(0);
    const range = /^(\d+)-\d+$/.exec(request.headers['content-range'] ?? '');
    if (range && Number(range[1]) !== before.length) return refuse(exchange, 416, 'BLOB_UPLOAD_INVALID', standing(repository, id));
    const { content: came, isWhole } = await receive(exchange);
    const all = Buffer.concat([before, came]);
    sessions.set(id, all);
    if (!isWhole) return;
    if (method === 'PATCH') return answer(exchange, 202, { headers: standing(repository, id) });
    const blob = blobOf(all);
    const digest = url.searchParams.get('digest') ?? '';
    if (hexOf(digest) !== blob.sha256) return refuse(exchange, 400, 'DIGEST_INVALID');
    sessions.delete(id);
    content.keepBlob(repository, blob);
    answer(exchange, 201, { headers: { location: `/v2/${repository}/blobs/${digest}`, 'docker-content-digest': digest } });
  }

  async function takeManifest(exchange: Exchange, at: { readonly repository: string; readonly name: string }): Promise<void> {
    const { content: bytes, isWhole } = await receive(exchange);
    if (!isWhole) return;
    const manifest = blobOf(bytes);
    const digest = `sha256:${manifest.sha256}`;
    if (at.name.includes(':') && at.name !== digest) return refuse(exchange, 400, 'DIGEST_INVALID');
    content.keepManifest(at, { mediaType: exchange.request.headers['content-type'] ?? '', manifest, blobs: [] });
    answer(exchange, 201, { headers: { location: `/v2/${at.repository}/manifests/${digest}`, 'docker-content-digest': digest } });
  }

  return {
    async serve(exchange) {
      const path = decodeURIComponent(exchange.url.pathname);
      const [, repository = '', id] = UPLOADS.exec(path) ?? [];
      const [, named = '', name] = MANIFEST.exec(path) ?? [];
      if (id !== undefined) await serveUpload(exchange, { repository, id });
      else if (name !== undefined && exchange.method === 'PUT') await takeManifest(exchange, { repository: named, name });
      else return false;
      return true;
    },
  };
}

function hexOf(digest: string): string {
  return digest.replace(/^sha256:/, '');
}
