/** Media types of manifests (image spec, media-types.md; Docker Registry v2, schema 2). */
export const MANIFEST_TYPES = ['application/vnd.oci.image.manifest.v1+json', 'application/vnd.docker.distribution.manifest.v2+json'] as const;

/** Media types of lists of manifests. */
export const INDEX_TYPES = ['application/vnd.oci.image.index.v1+json', 'application/vnd.docker.distribution.manifest.list.v2+json'] as const;

/** What a client that reads all of them sends as `Accept`. */
export const ACCEPT_MANIFESTS: string = [...MANIFEST_TYPES, ...INDEX_TYPES].join(', ');

/** Configurations of container images, whose layers are file systems. */
export const IMAGE_CONFIG_TYPES: readonly string[] = ['application/vnd.oci.image.config.v1+json', 'application/vnd.docker.container.image.v1+json'];

/** Annotations that name the file in a layer, the most specific first. */
export const FILE_NAME_ANNOTATIONS = ['org.cncf.model.filepath', 'org.cnai.model.filepath', 'org.opencontainers.image.title'] as const;

/** ORAS's mark for a layer that is a packed directory. */
export const UNPACK_ANNOTATION = 'io.deis.oras.content.unpack';

/** Whether something is a manifest or a list of them, which registries keep apart from blobs. */
export function isManifestType(mediaType: string): boolean {
  const types: readonly string[] = [...MANIFEST_TYPES, ...INDEX_TYPES];
  return types.includes(mediaType);
}
