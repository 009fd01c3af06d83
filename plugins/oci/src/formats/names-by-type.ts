import type { Descriptor } from '@ilab/oras';
import { layerNames, ollamaFileName } from '@ilab/plugin-api';

/** Names for layers that their format tells by media type alone (Docker Model Runner, llama.cpp); the first that fits. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^application\/vnd\.docker\.ai\.gguf\.v3\.lora$/, 'adapter.gguf'],
  [/^application\/vnd\.docker\.ai\.mmproj$/, 'mmproj.gguf'],
  [/^application\/vnd\.docker\.ai\.license$/, 'LICENSE'],
  [/^application\/vnd\.docker\.ai\.chat\.template\.jinja$/, 'chat_template.jinja'],
  [/^application\/vnd\.docker\.ai\.dduf$/, 'model.dduf'],
  // As llama.cpp finds weights in what it pulls.
  [/[./]gguf(?:[./+-]|$)/, 'model.gguf'],
  [/[./]safetensors$/, 'model.safetensors'],
];

/** Names for layers that have none of their own, as `layerNames` gives them. What nothing is known of has no name. `taken` are names that others have. */
export function namesByType(layers: readonly Descriptor[], taken: ReadonlySet<string>): ReadonlyMap<Descriptor, string> {
  return layerNames(layers, { nameOf, taken });
}

function nameOf(mediaType: string): string | undefined {
  return ollamaFileName(mediaType) ?? NAMES.find(([type]) => type.test(mediaType))?.[1];
}
