import { type CallOptions, isDigest } from '@ilab/core';
import { type Descriptor, type FetchedManifest, fetchManifest, type LayoutArchive } from '@ilab/oras';
import type { ReadRepository } from '@ilab/plugin-oci';

/** One model of an archive as a repository in which its name is the only tag, beside those that tools keep signatures under. */
export function archivedRepository(archive: LayoutArchive, { entry, name }: { readonly entry: Descriptor; readonly name: string | undefined }): ReadRepository {
  async function manifest(tagOrDigest: string, options: CallOptions): Promise<FetchedManifest> {
    const isEntry = tagOrDigest === entry.digest || (!isDigest(tagOrDigest) && tagOrDigest === (name ?? tagOrDigest));
    const isAttachment = /^sha256-[0-9a-f]{64}\.\w+$/.test(tagOrDigest);
    const { digest, size, mediaType } = isEntry && !isAttachment ? entry : await archive.resolve(tagOrDigest, options);
    const found = { digest, size, mediaType, annotations: {} };
    const { bytes, manifest: read } = await fetchManifest(archive, found, options);
    return { digest, size, content: new TextDecoder().decode(bytes), manifest: read };
  }
  return {
    manifest,
    fetch: (descriptor, options) => archive.fetch(descriptor, options),
    referrers: (descriptor, options) => archive.referrers(descriptor, options),
  };
}
