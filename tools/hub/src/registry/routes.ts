import type { Cdn } from '../cdn.ts';
import type { Artifact } from '../content/artifact.ts';
import type { Blob } from '../content/blob.ts';
import { answer, answerJson, type Exchange } from '../http/exchange.ts';
import { serveBlob } from '../http/serve-blob.ts';
import type { Gate } from './gate.ts';
import type { Pushes } from './pushes.ts';
import { refuse } from './refuse.ts';

/** What the registry side has. */
export interface RegistryContent {
  /** By repository, then by tag and by digest. */
  readonly manifests: ReadonlyMap<string, ReadonlyMap<string, Artifact>>;
  blob(sha256: string): Blob | undefined;
}

export interface RegistryOptions {
  readonly content: RegistryContent;
  readonly gate: Gate;
  readonly cdn: Cdn;
  /** Blobs are redirected to the second origin, as registries in clouds do. */
  readonly redirectBlobs: boolean;
  readonly pushes: Pushes;
}

const UPLOAD = /^\/v2\/(.+)\/(blobs)\/uploads\/([^/]*)$/;
const ROUTE = /^\/v2\/(.+)\/(manifests|blobs|tags|referrers)\/([^/]+)$/;

/** The distribution specification; whoever may pull may push. */
export async function serveRegistry(exchange: Exchange, options: RegistryOptions): Promise<void> {
  const { method, url } = exchange;
  if (url.pathname === '/token') return options.gate.grant(exchange);
  const path = decodeURIComponent(url.pathname);
  const [, repository = '', kind = '', name = ''] = ROUTE.exec(path) ?? UPLOAD.exec(path) ?? [];
  if (!options.gate.admits(exchange, repository)) return;
  if (url.pathname === '/v2/') return answerJson(exchange, {});
  if (await options.pushes.serve(exchange)) return;
  if (method !== 'GET' && method !== 'HEAD') return refuse(exchange, 405, 'UNSUPPORTED');
  const artifacts = options.content.manifests.get(repository);
  if (!artifacts) return refuse(exchange, 404, 'NAME_UNKNOWN');
  if (kind === 'manifests') return serveManifest(exchange, artifacts.get(name));
  if (kind === 'tags') return serveTags(exchange, { repository, tags: [...artifacts.keys()].filter((tag) => !tag.includes(':')).sort() });
  return kind === 'blobs' ? serveRegistryBlob(exchange, name, options) : refuse(exchange, 404, 'UNSUPPORTED');
}

function serveManifest(exchange: Exchange, artifact: Artifact | undefined): void {
  if (!artifact) return refuse(exchange, 404, 'MANIFEST_UNKNOWN');
  const digest = artifact.digest ?? `sha256:${artifact.manifest.sha256}`;
  serveBlob(exchange, artifact.manifest, { 'content-type': artifact.mediaType, 'docker-content-digest': digest });
}

function serveRegistryBlob(exchange: Exchange, digest: string, { content, cdn, redirectBlobs }: RegistryOptions): void {
  const blob = content.blob(digest.replace(/^sha256:/, ''));
  if (!blob) return refuse(exchange, 404, 'BLOB_UNKNOWN');
  if (redirectBlobs) return answer(exchange, 307, { headers: { location: cdn.sign(blob) } });
  serveBlob(exchange, blob, { 'docker-content-digest': digest });
}

/** Pages by `n` and `last`, with `Link` (distribution spec, “Listing Tags”). */
function serveTags(exchange: Exchange, { repository, tags }: { readonly repository: string; readonly tags: readonly string[] }): void {
  const { searchParams } = exchange.url;
  const last = searchParams.get('last');
  const rest = tags.filter((tag) => last === null || tag > last);
  const page = rest.slice(0, Number(searchParams.get('n') ?? rest.length));
  const more = page.length < rest.length && page.length > 0;
  const next = `/v2/${repository}/tags/list?n=${page.length}&last=${page.at(-1)}`;
  answerJson(exchange, { name: repository, tags: page }, { headers: more ? { link: `<${next}>; rel="next"` } : {} });
}
