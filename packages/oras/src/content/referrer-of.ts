import type { Descriptor } from './descriptor.ts';
import type { Index, Manifest } from './manifest.ts';

/** How a manifest stands in its subject's list of referrers (distribution spec, “Pushing Manifests with Subject”). */
export function referrerOf({ mediaType, digest, size }: Descriptor, manifest: Manifest | Index): Descriptor {
  const artifactType = manifest.artifactType ?? (manifest.kind === 'manifest' ? manifest.config.mediaType : undefined);
  return { mediaType, digest, size, annotations: manifest.annotations, ...(artifactType !== undefined && { artifactType }) };
}
