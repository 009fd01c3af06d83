import { IlabError } from '@ilab/plugin-api';
import type { Style } from './bucket.ts';

/** All that is needed to ask for the bytes of one state of an object, beside its host and bucket. */
export interface BlobPlace {
  readonly key: string;
  readonly style: Style;
  readonly region: string;
  /** As it came, with its quotes. */
  readonly etag: string;
  /** Of buckets that keep older ones. */
  readonly versionId?: string;
}

/** As text, for the host to keep. */
export function blobId({ key, style, region, etag, versionId }: BlobPlace): string {
  return new URLSearchParams({ key, style, region, etag, ...(versionId !== undefined && { versionId }) }).toString();
}

/** @throws IlabError E_REGISTRY when it is none */
export function readBlobId(id: string): BlobPlace {
  const { key, style, region, etag, versionId } = Object.fromEntries(new URLSearchParams(id));
  if (!key || !region || etag === undefined || (style !== 'path' && style !== 'host')) {
    throw new IlabError('E_REGISTRY', 'A file of this model does not say which object it is.', { hint: 'Download the model again.' });
  }
  return { key, style, region, etag, ...(versionId && { versionId }) };
}
