import { createHash } from 'node:crypto';
import { type CallOptions, type Digest, type HttpResponse, IlabError, isDigest } from '@ilab/plugin-api';
import { type Manifest, DOCKER_MANIFEST, malformed, parseManifest } from './manifest.ts';
import type { OllamaRepository } from './open-repository.ts';
import { isMissing, missing, refusal } from './refusal.ts';

/** In bytes; what registries take at least. */
const LARGEST_MANIFEST = 4 * 1024 * 1024;

/** A manifest as it came, and what its bytes hash to. */
export interface AskedManifest {
  readonly digest: Digest;
  readonly mediaType: string;
  readonly content: string;
  readonly manifest: Manifest;
}

/**
 * Asks for what a tag or a digest names. Nobody says which digest a tag has, so it is that of the bytes that came.
 * @throws IlabError E_NOT_FOUND, E_INTEGRITY, E_UNAUTHORIZED, E_FORBIDDEN, E_REGISTRY
 */
export async function askManifest(repository: OllamaRepository, tagOrDigest: string, options: CallOptions): Promise<AskedManifest> {
  const answer = isDigest(tagOrDigest) ? await askByDigest(repository, tagOrDigest, options) : await ask(repository, `manifests/${tag(tagOrDigest)}`, options);
  if (isMissing(answer)) throw await missing(repository, { version: tagOrDigest, answer }, () => ask(repository, 'manifests/latest', options));
  if (answer.status !== 200) throw refusal(answer, repository);
  const digest: Digest = `sha256:${createHash('sha256').update(answer.body).digest('hex')}`;
  if (isDigest(tagOrDigest) && digest !== tagOrDigest) throw notThat(repository, { expected: tagOrDigest, actual: digest });
  const content = answer.text();
  if (!Buffer.from(content).equals(answer.body)) throw malformed('a manifest is no plain UTF-8');
  const manifest = parseManifest(content);
  return { digest, mediaType: manifest.mediaType, content, manifest };
}

/** Ollama's own registry has manifests by digest among its blobs; others where the specification of OCI has them. */
async function askByDigest(repository: OllamaRepository, digest: Digest, options: CallOptions): Promise<HttpResponse> {
  const blob = await ask(repository, `blobs/${digest}`, options);
  return isMissing(blob) ? ask(repository, `manifests/${digest}`, options) : blob;
}

function ask({ http, base, headers }: OllamaRepository, path: string, options: CallOptions): Promise<HttpResponse> {
  return http.request({ url: `${base}/${path}`, headers: { accept: DOCKER_MANIFEST, ...headers }, maxBytes: LARGEST_MANIFEST }, options);
}

/** @throws IlabError E_BAD_REFERENCE for what would be another path */
function tag(version: string): string {
  if (/^[\w][\w.-]{0,127}$/.test(version)) return version;
  throw new IlabError('E_BAD_REFERENCE', `“${version.slice(0, 200)}” is no tag.`, { hint: 'A tag has letters, digits, “_”, “.” and “-”.' });
}

function notThat({ host }: OllamaRepository, digests: { readonly expected: string; readonly actual: string }): IlabError {
  return new IlabError('E_INTEGRITY', `${host} sent a manifest that is not the one that was asked for.`, {
    hint: 'Try again; if it stays so, something between you and the registry changes what it sends.',
    details: digests,
    side: 'source',
  });
}
