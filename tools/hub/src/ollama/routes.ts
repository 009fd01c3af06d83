import type { Cdn } from '../cdn.ts';
import type { Artifact } from '../content/artifact.ts';
import type { Blob } from '../content/blob.ts';
import { answer, type Exchange } from '../http/exchange.ts';
import { refuse } from '../registry/refuse.ts';

export interface OllamaContent {
  /** By `namespace/model:tag`. */
  readonly models: ReadonlyMap<string, Artifact>;
  readonly hidden: ReadonlySet<string>;
  blob(sha256: string): Blob | undefined;
  readonly cdn: Cdn;
}

/** Two segments, always: what has none of its own is the library's. */
const ROUTE = /^\/v2\/([\w-]{1,80}\/[\w.-]{1,80})\/(manifests|blobs)\/([^/]+)$/;

/** What registry.ollama.ai has of the distribution specification; it has no front door, no lists and no manifests by digest. */
export function serveOllama(exchange: Exchange, content: OllamaContent): void {
  const { method, url } = exchange;
  const [, model = '', kind, name = ''] = ROUTE.exec(decodeURIComponent(url.pathname)) ?? [];
  if (kind === undefined) return answer(exchange, 404, { headers: { 'content-type': 'text/plain' }, body: '404 page not found' });
  if (method !== 'GET' && method !== 'HEAD') return refuse(exchange, 405, 'UNSUPPORTED');
  if (content.hidden.has(model)) return refuse(exchange, 401, 'UNAUTHORIZED', { 'www-authenticate': challenge(model) });
  return kind === 'manifests' ? serveManifest(exchange, content.models.get(`${model}:${name}`)) : serveBlobElsewhere(exchange, name, content);
}

/** As plain text, in chunks, and without a digest; HEAD is not known. */
function serveManifest(exchange: Exchange, artifact: Artifact | undefined): void {
  if (exchange.method === 'HEAD') return refuse(exchange, 405, 'UNSUPPORTED');
  if (!artifact) return refuse(exchange, 404, 'MANIFEST_UNKNOWN');
  exchange.response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
  artifact.manifest.read(0, artifact.manifest.size - 1).pipe(exchange.response);
}

/** Its client asks for the size with HEAD, and wants to be sent elsewhere for the bytes. */
function serveBlobElsewhere(exchange: Exchange, digest: string, { blob, cdn }: OllamaContent): void {
  const found = /^sha256:[0-9a-f]{64}$/.test(digest) ? blob(digest.slice('sha256:'.length)) : undefined;
  if (!found) return refuse(exchange, 404, 'BLOB_UNKNOWN');
  if (exchange.method === 'HEAD') return answer(exchange, 200, { headers: { 'content-length': String(found.size) } });
  answer(exchange, 307, { headers: { location: cdn.sign(found) } });
}

/** It names a realm that wants requests signed by the user's key. */
function challenge(model: string): string {
  return `Bearer realm="https://ollama.com/token",service="ollama.com",scope="repository:${model}:pull"`;
}
