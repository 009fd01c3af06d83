import { type Artifact, descriptor, packManifest } from '../content/artifact.ts';
import { blobOf } from '../content/blob.ts';
import { BUNDLE_TYPE } from './bundle.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const INDEX = 'application/vnd.oci.image.index.v1+json';
const EMPTY = blobOf('{}');

/** A bundle as cosign attaches it to a manifest (its bundle specification, “Storage”). */
export function referrerOf(subject: Artifact, content: string | Uint8Array, more: Readonly<Record<string, unknown>> = {}): Artifact {
  const layer = blobOf(content);
  return packManifest(
    {
      schemaVersion: 2,
      mediaType: MANIFEST,
      artifactType: BUNDLE_TYPE,
      config: descriptor(EMPTY, 'application/vnd.oci.empty.v1+json'),
      layers: [descriptor(layer, BUNDLE_TYPE)],
      subject: descriptor(subject.manifest, subject.mediaType),
      ...more,
    },
    [EMPTY, layer],
  );
}

/** Referrers and the list of them where registries have no other (distribution spec, “Referrers Tag Schema”), by `repository:tag`. */
export function attach(repository: string, subject: Artifact, referrers: readonly Artifact[]): Readonly<Record<string, Artifact>> {
  const manifests = referrers.map(({ manifest, mediaType }) => ({ ...descriptor(manifest, mediaType), artifactType: BUNDLE_TYPE }));
  return {
    [`${repository}:sha256-${subject.manifest.sha256}`]: packManifest({ schemaVersion: 2, mediaType: INDEX, manifests }, []),
    ...Object.fromEntries(referrers.map((referrer) => [`${repository}:sha256-${referrer.manifest.sha256}.referrer`, referrer])),
  };
}

/** A signature of cosign 2 and older: the payload as a layer, the signature beside it. */
export function simpleSigning(payload: string, annotations: Readonly<Record<string, string>>): Artifact {
  const layer = blobOf(payload);
  const signed = { ...descriptor(layer, 'application/vnd.dev.cosign.simplesigning.v1+json'), annotations };
  const config = blobOf('{}');
  return packManifest({ schemaVersion: 2, mediaType: MANIFEST, config: descriptor(config, 'application/vnd.oci.image.config.v1+json'), layers: [signed] }, [
    config,
    layer,
  ]);
}
