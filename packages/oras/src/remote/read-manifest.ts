import { createHash } from 'node:crypto';
import { type CallOptions, type Digest, digestParts, type HttpResponse, IlabError, isDigest, isIlabError } from '@ilab/core/adapter';
import { contentDigest, type Descriptor, malformed } from '../content/descriptor.ts';
import { type Index, type Manifest, MAX_MANIFEST, parseManifest } from '../content/manifest.ts';
import { ACCEPT_MANIFESTS, isManifestType } from '../content/media-types.ts';
import { pulling } from './access.ts';
import { isTag, listTags } from './list-tags.ts';
import { errorCodes, missingRepository, missingVersion, registryError } from './registry-error.ts';
import type { RepositoryClient } from './repository-client.ts';

/** A manifest as it came, and what its bytes hash to. */
export interface FetchedManifest {
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
  readonly content: string;
  readonly manifest: Manifest | Index;
  /** The registry's mark for this version of a tag, if it gives one (RFC 9110, 8.8.3). */
  readonly etag?: string;
}

/**
 * Fetches what a tag or digest names and proves it by its digest.
 * @returns undefined where it is not there
 * @throws IlabError E_INTEGRITY, E_UNAUTHORIZED, E_FORBIDDEN, E_REGISTRY, E_NETWORK
 */
export async function findManifest(client: RepositoryClient, tagOrDigest: string, options: CallOptions): Promise<FetchedManifest | undefined> {
  const { authorizer, host, repository } = client;
  const request = { url: manifestUrl(client, tagOrDigest), headers: { accept: ACCEPT_MANIFESTS }, maxBytes: MAX_MANIFEST };
  const answer = await authorizer.send(request, pulling(repository), options);
  if (answer.status === 404 && !errorCodes(answer).includes('NAME_UNKNOWN')) return undefined;
  if (answer.status !== 200) throw registryError(answer, client);
  const digest = provenDigest(answer.body, { tagOrDigest, claimed: answer.headers['docker-content-digest'], host });
  const content = answer.text();
  if (!Buffer.from(content).equals(answer.body)) throw malformed('a manifest is no plain UTF-8');
  const { etag } = answer.headers;
  return { digest, size: answer.body.length, content, manifest: parseManifest(content, answer.headers['content-type']), ...(etag !== undefined && { etag }) };
}

/** As `findManifest`. @throws IlabError E_NOT_FOUND (repository and version told apart) */
export async function readManifest(client: RepositoryClient, tagOrDigest: string, options: CallOptions): Promise<FetchedManifest> {
  return (await findManifest(client, tagOrDigest, options)) ?? Promise.reject(await missing(client, tagOrDigest, options));
}

/**
 * Asks what a tag or digest names, without fetching it where the registry says so: some count every GET as a download.
 * @throws IlabError as {@link readManifest}
 */
export async function resolveManifest(client: RepositoryClient, tagOrDigest: string, options: CallOptions): Promise<Descriptor> {
  const answer = await headManifest(client, tagOrDigest, options);
  if (answer.status === 404) throw await missing(client, tagOrDigest, options);
  const said = answer.status === 200 ? readHead(answer, tagOrDigest) : undefined;
  if (said) return said;
  const { digest, size, manifest } = await readManifest(client, tagOrDigest, options);
  return { mediaType: manifest.mediaType, digest, size, annotations: {} };
}

export async function headManifest(client: RepositoryClient, tagOrDigest: string, options: CallOptions): Promise<HttpResponse> {
  const request = { url: manifestUrl(client, tagOrDigest), method: 'HEAD', headers: { accept: ACCEPT_MANIFESTS } } as const;
  return client.authorizer.send(request, pulling(client.repository), options);
}

/** @throws IlabError E_BAD_REFERENCE for what would be another path */
export function manifestUrl({ base }: RepositoryClient, tagOrDigest: string): string {
  if (!isDigest(tagOrDigest) && !isTag(tagOrDigest)) {
    throw new IlabError('E_BAD_REFERENCE', `“${tagOrDigest.slice(0, 200)}” is no tag.`, { hint: 'A tag has letters, digits, “_”, “.” and “-”; at most 128.' });
  }
  return `${base}/manifests/${tagOrDigest}`;
}

/** @returns undefined where the headers do not say all, or what only the content can prove */
function readHead({ headers }: HttpResponse, tagOrDigest: string): Descriptor | undefined {
  const claimed = headers['docker-content-digest'];
  const mediaType = headers['content-type']?.split(';')[0]?.trim() ?? '';
  const size = Number(headers['content-length'] ?? 0);
  if (claimed === undefined || !isManifestType(mediaType) || !Number.isSafeInteger(size) || size <= 0) return undefined;
  const digest = contentDigest(claimed);
  // Some registries keep what was asked for by one algorithm under another.
  if (isDigest(tagOrDigest) && digest !== tagOrDigest) return undefined;
  return { mediaType, digest, size, annotations: {} };
}

/** Most registries say “manifest unknown” for a missing repository too; only the list of tags tells them apart. */
async function missing(client: RepositoryClient, version: string, options: CallOptions): Promise<IlabError> {
  const offered: string[] = [];
  try {
    for await (const tag of listTags(client, options)) if (offered.push(tag) >= 100) break;
    // Some registries have an empty list for what they do not have.
    if (offered.length === 0) return missingRepository(client);
  } catch (error) {
    if (isIlabError(error) && error.code === 'E_NOT_FOUND') return missingRepository(client);
    options.signal?.throwIfAborted();
  }
  return missingVersion(client, { version, offered });
}

/** The digest of bytes that came; it must be the one that was asked for, and the one that the registry claims. */
function provenDigest(
  body: Uint8Array,
  { tagOrDigest, claimed, host }: { readonly tagOrDigest: string; readonly claimed: string | undefined; readonly host: string },
): Digest {
  const wanted = isDigest(tagOrDigest) ? tagOrDigest : claimed === undefined ? undefined : contentDigest(claimed);
  const algorithm = wanted === undefined ? 'sha256' : digestParts(wanted).algorithm;
  const actual: Digest = `${algorithm}:${createHash(algorithm).update(body).digest('hex')}`;
  if (wanted === undefined || wanted === actual) return actual;
  throw new IlabError('E_INTEGRITY', `${host} sent a manifest that is not the one it names.`, {
    hint: 'Try again; if it happens again, something between you and the registry changes what it sends.',
    details: { expected: wanted, actual },
  });
}
