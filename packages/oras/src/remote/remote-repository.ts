import { type BlobLocation, type CallOptions, type Digest, IlabError } from '@ilab/core/adapter';
import type { Descriptor } from '../content/descriptor.ts';
import { MAX_MANIFEST } from '../content/manifest.ts';
import { isManifestType } from '../content/media-types.ts';
import { readContent } from '../target/content.ts';
import type { GraphSource, Target } from '../target/target.ts';
import { type Access, pulling, pushing } from './access.ts';
import { deleteContent, deleteTag } from './delete-content.ts';
import { isTag, listTags } from './list-tags.ts';
import { mountBlob } from './mount-blob.ts';
import { pushManifest } from './push-manifest.ts';
import { readBlob } from './read-blob.ts';
import { type FetchedManifest, headManifest, readManifest, resolveManifest } from './read-manifest.ts';
import { listReferrers } from './referrers/list-referrers.ts';
import { type Asked, registryError } from './registry-error.ts';
import type { RepositoryClient } from './repository-client.ts';
import { uploadBlob } from './upload/upload-blob.ts';

export type { FetchedManifest } from './read-manifest.ts';

/** One repository of one registry (distribution spec 1.1). */
export interface RemoteRepository extends Asked, Target, GraphSource {
  /**
   * Fetches what a tag or digest names and proves it by its digest.
   * @throws IlabError E_NOT_FOUND (repository and version told apart), E_INTEGRITY, E_UNAUTHORIZED, E_FORBIDDEN, E_REGISTRY, E_NETWORK
   */
  manifest(tagOrDigest: string, options: CallOptions): Promise<FetchedManifest>;
  /** Tags in the registry's order, without those that tools keep signatures and attachments under. */
  tags(options: CallOptions): AsyncIterable<string>;
  /** Where a blob is to be had. */
  blob(digest: Digest, options: CallOptions): Promise<BlobLocation>;
  mount(descriptor: Descriptor, from: Asked, options: CallOptions): Promise<boolean>;
  /**
   * Deletes a blob, or a manifest with all its tags.
   * @returns whether it was there
   * @throws IlabError E_REGISTRY where the registry deletes nothing, and as `push`
   */
  delete(descriptor: Pick<Descriptor, 'digest' | 'mediaType'>, options: CallOptions): Promise<boolean>;
  /**
   * Takes a tag away and leaves what it names, or does nothing: never is anything deleted by its digest instead.
   * @returns whether it was there
   * @throws IlabError E_REGISTRY where the registry can't, E_BAD_REFERENCE, and as `push`
   */
  untag(tag: string, options: CallOptions): Promise<boolean>;
}

export function createRemoteRepository(client: RepositoryClient): RemoteRepository {
  const { host, repository, base, authorizer } = client;
  /** What was pushed last: it is tagged next, and need not be fetched for that. */
  let recent: { readonly digest: Digest; readonly bytes: Uint8Array } | undefined;

  async function* fetch(descriptor: Descriptor, options: CallOptions): AsyncGenerator<Uint8Array> {
    if (isManifestType(descriptor.mediaType)) yield await manifestBytes(descriptor, options);
    else yield* readBlob(client, descriptor, options);
  }

  async function manifestBytes({ digest, size }: Descriptor, options: CallOptions): Promise<Uint8Array> {
    const found = await readManifest(client, digest, options);
    if (found.size === size) return Buffer.from(found.content);
    throw new IlabError('E_INTEGRITY', `A manifest of ${host} has ${found.size} bytes, and its descriptor says ${size}.`, {
      side: 'source',
      details: { expected: size, actual: found.size },
    });
  }

  async function exists({ digest, mediaType }: Descriptor, options: CallOptions, access: Access = pulling(repository)): Promise<boolean> {
    const answer = isManifestType(mediaType)
      ? await headManifest(client, digest, options)
      : await authorizer.send({ url: `${base}/blobs/${digest}`, method: 'HEAD' }, access, options);
    if (answer.status !== 200 && answer.status !== 404) throw registryError(answer, client);
    return answer.status === 200;
  }

  return {
    host,
    repository,
    fetch,
    exists: (descriptor, options) => exists(descriptor, options),
    manifest: (tagOrDigest, options) => readManifest(client, tagOrDigest, options),
    tags: (options) => listTags(client, options),
    async blob(digest, options) {
      return { url: `${base}/blobs/${digest}`, ...(await authorizer.authorization(pulling(repository), `${base}/tags/list?n=1`, options)) };
    },
    resolve: (reference, options) => resolveManifest(client, reference, options),
    async push(descriptor, content, options) {
      if (!isManifestType(descriptor.mediaType))
        return (await exists(descriptor, options, pushing(repository))) ? 0 : uploadBlob(client, { descriptor, content }, options);
      const bytes = await readContent(content, { size: descriptor.size, most: MAX_MANIFEST });
      // Even one that is there: whether its subject's list names it shows in the answer.
      await pushManifest(client, { descriptor, bytes }, options);
      recent = { digest: descriptor.digest, bytes };
      return bytes.length;
    },
    async tag(descriptor, tag, options) {
      if (!isTag(tag)) throw new IlabError('E_BAD_REFERENCE', `“${tag.slice(0, 200)}” is no tag.`, { hint: 'What is pushed has its digest already.' });
      const bytes = recent?.digest === descriptor.digest ? recent.bytes : await manifestBytes(descriptor, options);
      await pushManifest(client, { descriptor, bytes, tag }, options);
    },
    async mount(descriptor, from, options) {
      return from.host === host && mountBlob(client, { descriptor, from: from.repository }, options);
    },
    referrers: ({ digest }, { artifactType, ...options }) => listReferrers(client, { digest, artifactType }, options),
    delete: (descriptor, options) => deleteContent(client, descriptor, options),
    untag: (tag, options) => deleteTag(client, tag, options),
  };
}
