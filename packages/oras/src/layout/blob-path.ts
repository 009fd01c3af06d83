import { type Digest, digestParts } from '@ilab/core/adapter';
import { contentDigest } from '../content/descriptor.ts';

/** Where a layout keeps what a digest names (image spec, image-layout.md “Blobs”). @throws IlabError E_REGISTRY for what is no digest of OCI's */
export function blobPath(digest: Digest): string {
  const { algorithm, hex } = digestParts(contentDigest(digest));
  return `blobs/${algorithm}/${hex}`;
}
