import { type Artifact, type Blob, blobOf, descriptor, packManifest } from '@ilab/hub';

export const OCI_MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
export const IMAGE_CONFIG = 'application/vnd.oci.image.config.v1+json';
export const EMPTY_CONFIG = 'application/vnd.oci.empty.v1+json';

/** One layer as a test writes it. */
export interface Layer {
  readonly type: string;
  readonly content: string | Uint8Array;
  readonly annotations?: Readonly<Record<string, string>>;
  /** Ollama's field. */
  readonly name?: string;
}

export interface ArtifactParts {
  readonly layers: readonly Layer[];
  /** Default: the empty configuration. */
  readonly config?: { readonly type: string; readonly content?: string };
  /** Default: OCI's. */
  readonly mediaType?: string;
  /** Further fields of the manifest. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** A manifest with its blobs, for the embedded hub. */
export function artifactOf({ layers, config = { type: EMPTY_CONFIG }, mediaType = OCI_MANIFEST, more = {} }: ArtifactParts): Artifact {
  const settings = blobOf(config.content ?? '{}');
  const blobs: Blob[] = layers.map(({ content }) => blobOf(content));
  const described = layers.map(({ type, annotations, name }, index) => ({
    ...descriptor(blobs[index] ?? settings, type),
    ...(annotations && { annotations }),
    ...(name !== undefined && { name }),
  }));
  return packManifest({ schemaVersion: 2, mediaType, ...more, config: descriptor(settings, config.type), layers: described }, [settings, ...blobs]);
}

export function titled(name: string): Readonly<Record<string, string>> {
  return { 'org.opencontainers.image.title': name };
}
