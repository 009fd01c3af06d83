import { type Descriptor, FILE_NAME_ANNOTATIONS } from '@ilab/oras';

/** ModelPack's description of the file, as JSON. */
const METADATA_ANNOTATIONS = ['org.cncf.model.file.metadata+json', 'org.cnai.model.file.metadata+json'];

/** The name that a layer's file was given: by annotation, or by Ollama's field; undefined when nobody gave it one. */
export function givenName(layer: Descriptor): string | undefined {
  for (const key of FILE_NAME_ANNOTATIONS) if (layer.annotations[key]) return layer.annotations[key];
  return describedName(layer) ?? layer.name;
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
