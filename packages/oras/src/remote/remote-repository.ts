import { createHash } from 'node:crypto';
import { type BlobLocation, type CallOptions, type Digest, digestParts, IlabError, isDigest, isIlabError } from '@ilab/core/adapter';
import { contentDigest, malformed } from '../content/descriptor.ts';
import { type Index, type Manifest, parseManifest } from '../content/manifest.ts';
import { ACCEPT_MANIFESTS } from '../content/media-types.ts';
import { isRecord } from '../content/record.ts';
import type { Authorizer } from './authorizer.ts';
import { nextPage } from './next-page.ts';
import { type Asked, errorCodes, missingRepository, missingVersion, registryError } from './registry-error.ts';

/** A manifest as it came, and what its bytes hash to. */
export interface FetchedManifest {
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
  readonly content: string;
  readonly manifest: Manifest | Index;
}

/** One repository of one registry, read only (distribution spec 1.1, “Pull” and “Content Discovery”). */
export interface RemoteRepository extends Asked {
  /**
   * Fetches what a tag or digest names and proves it by its digest.
   * @throws IlabError E_NOT_FOUND (repository and version told apart), E_INTEGRITY, E_UNAUTHORIZED, E_FORBIDDEN, E_REGISTRY, E_NETWORK
   */
  manifest(tagOrDigest: string, options: CallOptions): Promise<FetchedManifest>;
  /** Tags in the registry's order, without those that tools keep signatures and attachments under. */
  tags(options: CallOptions): AsyncIterable<string>;
  /** Where a blob is to be had. */
  blob(digest: Digest, options: CallOptions): Promise<BlobLocation>;
}

/** Registries take manifests of at least 4 MiB; more than that is no manifest. */
const MAX_MANIFEST = 4 * 1024 * 1024;
const MOST_PAGES = 1000;
/** Tags that stand for something else: referrers (`sha256-…`), cosign's signatures, attestations and bills of materials. */
const ATTACHMENT = /^sha(?:256|512)-[0-9a-f]{32,}/;

export interface RepositoryDeps extends Asked {
  readonly endpoint: string;
  readonly authorizer: Authorizer;
}

export function createRemoteRepository({ host, repository, endpoint, authorizer }: RepositoryDeps): RemoteRepository {
  const asked: Asked = { host, repository };
  const base = `${endpoint}/v2/${repository}`;

  async function* tags(options: CallOptions): AsyncIterable<string> {
    let url: string | undefined = `${base}/tags/list?n=1000`;
    for (let page = 0; url !== undefined; page++) {
      if (page === MOST_PAGES) throw malformed(`the list of tags has more than ${MOST_PAGES} pages`);
      const answer = await authorizer.send({ url }, options);
      if (answer.status !== 200) throw registryError(answer, asked);
      yield* readTags(answer.json());
      url = nextPage(answer.headers['link'], url);
    }
  }

  return {
    ...asked,
    tags,
    async manifest(tagOrDigest, options) {
      const answer = await authorizer.send({ url: `${base}/manifests/${tagOrDigest}`, headers: { accept: ACCEPT_MANIFESTS }, maxBytes: MAX_MANIFEST }, options);
      if (answer.status === 404) throw await missing(tagOrDigest, { answer, options });
      if (answer.status !== 200) throw registryError(answer, asked);
      const digest = provenDigest(answer.body, { tagOrDigest, claimed: answer.headers['docker-content-digest'], host });
      const content = answer.text();
      if (!Buffer.from(content).equals(answer.body)) throw malformed('a manifest is no plain UTF-8');
      return { digest, size: answer.body.length, content, manifest: parseManifest(content, answer.headers['content-type']) };
    },
    async blob(digest, options) {
      return { url: `${base}/blobs/${digest}`, ...(await authorizer.authorization(options)) };
    },
  };

  /** Most registries say “manifest unknown” for a missing repository too; only the list of tags tells them apart. */
  async function missing(
    version: string,
    { answer, options }: { readonly answer: Parameters<typeof errorCodes>[0]; readonly options: CallOptions },
  ): Promise<IlabError> {
    if (errorCodes(answer).includes('NAME_UNKNOWN')) return missingRepository(asked);
    const offered: string[] = [];
    try {
      for await (const tag of tags(options)) if (offered.push(tag) >= 100) break;
      // Some registries have an empty list for what they do not have.
      if (offered.length === 0) return missingRepository(asked);
    } catch (error) {
      if (isIlabError(error) && error.code === 'E_NOT_FOUND') return missingRepository(asked);
      options.signal?.throwIfAborted();
    }
    return missingVersion(asked, { version, offered });
  }
}

/** Some registries say null for none, and some list digests among the tags. */
function readTags(body: unknown): readonly string[] {
  const listed: unknown = isRecord(body) ? body['tags'] : undefined;
  if (!Array.isArray(listed)) return [];
  return listed.filter((tag): tag is string => typeof tag === 'string' && /^\w[\w.-]{0,127}$/.test(tag) && !ATTACHMENT.test(tag));
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
