import { type Artifact, descriptor, packManifest } from '../content/artifact.ts';
import { blobOf } from '../content/blob.ts';

/** One layer of a model as Ollama makes it. */
export interface OllamaLayer {
  /** The last part of its media type: `model`, `template`, `params`. */
  readonly kind: string;
  readonly content: string | Uint8Array;
  /** Of tensors, and of the JSON beside them. */
  readonly name?: string;
}

const CONFIG = JSON.stringify({ model_format: 'gguf', model_family: 'llama', model_type: '1M', file_type: 'Q8_0', architecture: 'amd64', os: 'linux' });

/** Packs a model as Ollama does: Docker's manifest, and types of its own. */
export function ollamaModel(layers: readonly OllamaLayer[], config: string = CONFIG): Artifact {
  const settings = blobOf(config);
  const parts = layers.map(({ kind, content, name }) => ({ blob: blobOf(content), kind, name }));
  const described = parts.map(({ blob, kind, name }) => ({ ...descriptor(blob, `application/vnd.ollama.image.${kind}`), ...(name !== undefined && { name }) }));
  return packManifest(
    {
      schemaVersion: 2,
      mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      config: descriptor(settings, 'application/vnd.docker.container.image.v1+json'),
      layers: described,
    },
    [settings, ...parts.map(({ blob }) => blob)],
  );
}
