import { type Content, contentOf, type Descriptor, type PackedModel } from '@ilab/oras';

/** A blob that an artifact is made of. */
export interface Part {
  readonly descriptor: Descriptor;
  /** What to call it where people see it. */
  readonly label: string;
  readonly content: Content;
}

/** An artifact that can be pushed: layers and configuration first, then the manifest. */
export interface Artifact {
  readonly layers: readonly Part[];
  /** Undefined where the registry has it already. */
  readonly config: Part | undefined;
  readonly manifest: { readonly descriptor: Descriptor; readonly bytes: Uint8Array };
}

/** A model that was packed here. */
export function artifactOf({ layers, config, manifest }: PackedModel): Artifact {
  return {
    layers: layers.map(({ path, descriptor, open }) => ({ label: path, descriptor, content: { open } })),
    config: { label: 'configuration', descriptor: config.descriptor, content: contentOf(config.bytes) },
    manifest,
  };
}
