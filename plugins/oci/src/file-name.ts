import { type Descriptor, FILE_NAME_ANNOTATIONS } from '@ilab/oras';

/** ModelPack's description of the file, as JSON. */
const METADATA_ANNOTATIONS = ['org.cncf.model.file.metadata+json', 'org.cnai.model.file.metadata+json'];

/** Names for layers whose format tells them by media type alone (Ollama, Docker Model Runner). */
const NAMES_BY_TYPE: readonly (readonly [RegExp, string])[] = [
  [/^application\/vnd\.docker\.ai\.gguf\.v3$/, 'model.gguf'],
  [/^application\/vnd\.docker\.ai\.gguf\.v3\.lora$/, 'adapter.gguf'],
  [/^application\/vnd\.docker\.ai\.mmproj$/, 'mmproj.gguf'],
  [/^application\/vnd\.docker\.ai\.license$/, 'LICENSE'],
  [/^application\/vnd\.docker\.ai\.chat\.template\.jinja$/, 'chat_template.jinja'],
  [/^application\/vnd\.ollama\.image\.model$/, 'model.gguf'],
  [/^application\/vnd\.ollama\.image\.adapter$/, 'adapter.gguf'],
  [/^application\/vnd\.ollama\.image\.projector$/, 'mmproj.gguf'],
  [/^application\/vnd\.ollama\.image\.template$/, 'template'],
  [/^application\/vnd\.ollama\.image\.system$/, 'system'],
  [/^application\/vnd\.ollama\.image\.params$/, 'params.json'],
  [/^application\/vnd\.ollama\.image\.license$/, 'LICENSE'],
];

/** The name of a layer's file: by annotation, by Ollama's field, by media type; undefined when nothing tells. */
export function fileName(layer: Descriptor): string | undefined {
  for (const key of FILE_NAME_ANNOTATIONS) if (layer.annotations[key]) return layer.annotations[key];
  return describedName(layer) ?? layer.name ?? NAMES_BY_TYPE.find(([type]) => type.test(layer.mediaType))?.[1];
}

function describedName({ annotations }: Descriptor): string | undefined {
  for (const key of METADATA_ANNOTATIONS) {
    const name = annotations[key] === undefined ? undefined : nameField(annotations[key]);
    if (name !== undefined) return name;
  }
  return undefined;
}

function nameField(text: string): string | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && 'name' in value && typeof value.name === 'string' ? value.name : undefined;
  } catch {
    return undefined;
  }
}
