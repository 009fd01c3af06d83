import type { Descriptor } from '@ilab/oras';

/** Names for layers that their format tells by media type alone (Ollama, Docker Model Runner); the first that fits. */
const NAMES: readonly (readonly [RegExp, string])[] = [
  [/^application\/vnd\.docker\.ai\.gguf\.v3\.lora$/, 'adapter.gguf'],
  [/^application\/vnd\.docker\.ai\.mmproj$/, 'mmproj.gguf'],
  [/^application\/vnd\.docker\.ai\.license$/, 'LICENSE'],
  [/^application\/vnd\.docker\.ai\.chat\.template\.jinja$/, 'chat_template.jinja'],
  [/^application\/vnd\.docker\.ai\.dduf$/, 'model.dduf'],
  [/^application\/vnd\.ollama\.image\.model$/, 'model.gguf'],
  [/^application\/vnd\.ollama\.image\.adapter$/, 'adapter.gguf'],
  [/^application\/vnd\.ollama\.image\.projector$/, 'mmproj.gguf'],
  [/^application\/vnd\.ollama\.image\.draft$/, 'draft.gguf'],
  [/^application\/vnd\.ollama\.image\.embed$/, 'embed'],
  [/^application\/vnd\.ollama\.image\.license$/, 'LICENSE'],
  [/^application\/vnd\.ollama\.image\.(?:messages|params)$/, '$.json'],
  [/^application\/vnd\.ollama\.image\.(?:prompt|system|template)$/, '$'],
  // As llama.cpp finds weights in what it pulls.
  [/[./]gguf(?:[./+-]|$)/, 'model.gguf'],
  [/[./]safetensors$/, 'model.safetensors'],
];
/** Weights that come in parts are called as their loaders expect it. */
const IN_PARTS = /^model(\.(?:gguf|safetensors))$/;

/**
 * Names for layers that have none of their own, in order: `model.gguf`, or `model-00001-of-00003.gguf` and so on; `LICENSE`, `LICENSE.2`.
 * What nothing is known of has no name. `taken` are names that others have.
 */
export function namesByType(layers: readonly Descriptor[], taken: ReadonlySet<string>): ReadonlyMap<Descriptor, string> {
  const alike = Map.groupBy(layers, ({ mediaType }) => nameOf(mediaType));
  const names = new Map<Descriptor, string>();
  const used = new Set(taken);
  for (const [name, group] of alike) {
    if (name === undefined) continue;
    // The same bytes twice are one file.
    const distinct = [...new Map(group.map((layer) => [layer.digest, layer])).values()];
    for (const [index, layer] of distinct.entries()) {
      const free = freeName(partName(name, { index, of: distinct.length }), used);
      used.add(free);
      names.set(layer, free);
    }
  }
  return names;
}

function nameOf(mediaType: string): string | undefined {
  const [, name] = NAMES.find(([type]) => type.test(mediaType)) ?? [];
  return name?.replace('$', mediaType.slice(mediaType.lastIndexOf('.') + 1));
}

function partName(name: string, { index, of }: { readonly index: number; readonly of: number }): string {
  const [, extension] = of > 1 ? (IN_PARTS.exec(name) ?? []) : [];
  return extension === undefined ? name : `model-${padded(index + 1)}-of-${padded(of)}${extension}`;
}

function freeName(name: string, used: ReadonlySet<string>): string {
  if (!used.has(name)) return name;
  let count = 2;
  while (used.has(`${name}.${count}`)) count++;
  return `${name}.${count}`;
}

function padded(part: number): string {
  return String(part).padStart(5, '0');
}
