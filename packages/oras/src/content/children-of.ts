import type { Descriptor } from './descriptor.ts';
import type { Index, Manifest } from './manifest.ts';

/** Layers that are to be had elsewhere, at addresses that nobody vouches for (image spec, layer.md “Non-Distributable Layers”). */
const FOREIGN_LAYER = /^application\/vnd\.(?:oci\.image\.layer\.nondistributable\.|docker\.image\.rootfs\.foreign\.)/;

/**
 * What has to be where a manifest is: its configuration and layers, or its manifests, each once. The manifest that it refers to is not
 * among them: it may be missing (image spec, manifest.md “subject”).
 */
export function childrenOf(manifest: Manifest | Index): readonly Descriptor[] {
  const all = manifest.kind === 'index' ? manifest.manifests : [manifest.config, ...manifest.layers];
  const byDigest = new Map(all.filter(({ mediaType }) => !FOREIGN_LAYER.test(mediaType)).map((child) => [child.digest, child]));
  return [...byDigest.values()];
}
