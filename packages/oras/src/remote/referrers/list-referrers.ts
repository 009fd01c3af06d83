import { type CallOptions, type Digest, type HttpResponse, isIlabError } from '@ilab/core/adapter';
import { type Descriptor, malformed } from '../../content/descriptor.ts';
import { parseManifest } from '../../content/manifest.ts';
import { INDEX_TYPES } from '../../content/media-types.ts';
import { pulling } from '../access.ts';
import { findManifest } from '../read-manifest.ts';
import { pagesOf, type RepositoryClient } from '../repository-client.ts';
import { referrersTag } from './referrers-tag.ts';

/** More than anybody attaches to a manifest. */
const MOST_REFERRERS = 20_000;

/**
 * What refers to a manifest: by the registry's list, or by the tag schema where it has none (distribution spec, “Listing Referrers”).
 * Filtered here in any case: a registry need not, and need not say so.
 * @throws IlabError as `Fetcher.fetch`
 */
export async function* listReferrers(client: RepositoryClient, { digest, artifactType }: Wanted, options: CallOptions): AsyncGenerator<Descriptor> {
  let count = 0;
  for await (const referrer of unfiltered(client, { digest, artifactType }, options)) {
    if (count++ === MOST_REFERRERS) throw malformed(`a manifest has more than ${MOST_REFERRERS} referrers`);
    if (artifactType === undefined || referrer.artifactType === artifactType) yield referrer;
  }
}

interface Wanted {
  readonly digest: Digest;
  readonly artifactType?: string | undefined;
}

/** Whether the registry keeps the list itself. */
export async function knowsReferrers(client: RepositoryClient, digest: Digest, options: CallOptions): Promise<boolean> {
  const access = pulling(client.repository);
  return isList(await client.authorizer.send({ url: `${client.base}/referrers/${digest}`, headers: { accept: INDEX_TYPES[0] } }, access, options));
}

async function* unfiltered(client: RepositoryClient, { digest, artifactType }: Wanted, options: CallOptions): AsyncGenerator<Descriptor> {
  const query = artifactType === undefined ? '' : `?artifactType=${encodeURIComponent(artifactType)}`;
  const request = { url: `${client.base}/referrers/${digest}${query}`, headers: { accept: INDEX_TYPES[0] }, access: pulling(client.repository) };
  let isFirst = true;
  try {
    for await (const answer of pagesOf(client, request, options)) {
      // Some servers have a page for everything.
      if (isFirst && !isList(answer)) break;
      isFirst = false;
      yield* readPage(answer);
    }
    if (!isFirst) return;
  } catch (error) {
    if (!isFirst || !isUnknownPath(error)) throw error;
  }
  const found = await findManifest(client, referrersTag(digest), options);
  if (found?.manifest.kind === 'index') yield* found.manifest.manifests;
}

function readPage(answer: HttpResponse): readonly Descriptor[] {
  const index = parseManifest(answer.text(), answer.headers['content-type']);
  if (index.kind !== 'index') throw malformed('a list of referrers is no index');
  return index.manifests;
}

function isList({ status, headers }: HttpResponse): boolean {
  return status === 200 && headers['content-type']?.split(';')[0]?.trim() === INDEX_TYPES[0];
}

/** Registries of before the list say that there is no such repository, page or method. */
function isUnknownPath(error: unknown): boolean {
  if (!isIlabError(error)) return false;
  return error.code === 'E_NOT_FOUND' || (error.code === 'E_REGISTRY' && [400, 405].includes(Number(error.details?.['status'])));
}
