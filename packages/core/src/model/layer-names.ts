/** What of a layer its name depends on. */
export interface NamedByType {
  /** As the manifest has it. */
  readonly mediaType: string;
  /** Tells layers of one type apart. */
  readonly digest: string;
}

/** What Ollama's layers are called as files, by the last part of their media type: the same name by download, import or from a registry of OCI. */
const OLLAMA: Readonly<Record<string, string>> = {
  model: 'model.gguf',
  adapter: 'adapter.gguf',
  projector: 'mmproj.gguf',
  draft: 'draft.gguf',
  embed: 'embed',
  template: 'template',
  system: 'system',
  prompt: 'prompt',
  params: 'params.json',
  messages: 'messages.json',
  license: 'LICENSE',
};
const OLLAMA_TYPE = /^application\/vnd\.ollama\.image\.(\w+)$/;

/** What the configuration of an Ollama model is called as a file: it says which template and parser are built into Ollama for it. */
export const OLLAMA_CONFIG = 'ollama.json';

/** Weights that come in parts are called as their loaders expect it. */
const IN_PARTS = /^model(\.(?:gguf|safetensors))$/;

/** Whether a media type is one of Ollama's layers. */
export function isOllamaType(mediaType: string): boolean {
  return OLLAMA_TYPE.test(mediaType);
}

/** The name of a file that Ollama's media type tells; undefined for any other. */
export function ollamaFileName(mediaType: string): string | undefined {
  const [, kind = ''] = OLLAMA_TYPE.exec(mediaType) ?? [];
  return Object.hasOwn(OLLAMA, kind) ? OLLAMA[kind] : undefined;
}

/**
 * Names for layers that have none of their own, in order: `model.gguf`, or `model-00001-of-00003.gguf` and so on; `LICENSE`, `LICENSE.2`.
 * @param nameOf what a media type tells; a layer of which that is nothing gets no name
 * @param taken names that others have
 */
export function layerNames<Layer extends NamedByType>(
  layers: readonly Layer[],
  { nameOf, taken }: { readonly nameOf: (mediaType: string) => string | undefined; readonly taken: ReadonlySet<string> },
): ReadonlyMap<Layer, string> {
  const alike = Map.groupBy(layers, ({ mediaType }) => nameOf(mediaType));
  const names = new Map<Layer, string>();
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
