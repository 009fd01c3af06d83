import { createHash } from 'node:crypto';
import { type Artifact, type Blob, blobOf } from '@ilab/hub';
import { EMPTY_CONFIG, OCI_MANIFEST } from './artifact-of.ts';

export const OCI_INDEX = 'application/vnd.oci.image.index.v1+json';

/** A descriptor, with fields beside the specification where a test wants them. */
export type Described = { readonly mediaType: string; readonly digest: string; readonly size: number } & Readonly<Record<string, unknown>>;

/** What a registry holds of one kind of data: manifests under tags and digests, and blobs. */
export interface DataSet {
  /** Keeps bytes, and describes them. */
  blob(content: string | Uint8Array, mediaType: string, more?: Readonly<Record<string, unknown>>): Described;
  /** Serves other bytes under a digest. */
  spoil(described: Described, content: string): Described;
  manifest(layers: readonly Described[], more?: Readonly<Record<string, unknown>>): Described;
  index(manifests: readonly Described[], more?: Readonly<Record<string, unknown>>): Described;
  /** Everything by tag, for a shelf; `top` is what `v1` names. */
  artifacts(name: string, top: Described): Readonly<Record<string, Artifact>>;
}

/** @param algorithm of all digests */
export function dataSet(algorithm: 'sha256' | 'sha512' = 'sha256'): DataSet {
  const blobs = new Map<string, Blob>();
  const manifests = new Map<string, { readonly blob: Blob; readonly mediaType: string }>();
  const describe = (content: string | Uint8Array, mediaType: string, more: Readonly<Record<string, unknown>> = {}): Described => {
    const bytes = Buffer.from(content);
    return { mediaType, digest: `${algorithm}:${createHash(algorithm).update(bytes).digest('hex')}`, size: bytes.length, ...more };
  };
  const keep = (value: { readonly mediaType: string }): Described => {
    const text = JSON.stringify(value);
    const described = describe(text, value.mediaType);
    manifests.set(described.digest, { blob: blobOf(text), mediaType: value.mediaType });
    return described;
  };
  const set: DataSet = {
    blob(content, mediaType, more) {
      const described = describe(content, mediaType, more);
      blobs.set(described.digest, blobOf(content));
      return described;
    },
    spoil(described, content) {
      blobs.set(described.digest, blobOf(content));
      return described;
    },
    manifest(layers, more) {
      const config = set.blob('{}', EMPTY_CONFIG);
      return keep({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers, ...more } as { readonly mediaType: string });
    },
    index: (listed, more) => keep({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: listed, ...more } as { readonly mediaType: string }),
    artifacts(name, top) {
      const entries = [...manifests].map(([digest, { blob, mediaType }], count) => {
        const artifact = { mediaType, manifest: blob, blobs: [...blobs.values()], digest, others: blobs };
        return [digest === top.digest ? name : `${name}:m${count}`, artifact] as const;
      });
      return Object.fromEntries(entries);
    },
  };
  return set;
}
