import type { Descriptor } from './descriptor.ts';

/** What artifacts have in the place of a configuration (image spec, manifest.md “Guidance for an Empty Descriptor”). */
export const EMPTY_CONFIG: Descriptor = {
  mediaType: 'application/vnd.oci.empty.v1+json',
  digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  size: 2,
  annotations: {},
};

export const EMPTY_CONFIG_BYTES: Uint8Array = new TextEncoder().encode('{}');
