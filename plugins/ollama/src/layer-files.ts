import { IlabError, layerNames, OLLAMA_CONFIG, ollamaFileName, parseFilePath, type RemoteBlob, type RemoteFile } from '@ilab/plugin-api';
import type { Layer, Manifest } from './manifest.ts';

const TENSOR = 'application/vnd.ollama.image.tensor';

/** What a manifest's parts are as files. */
export interface LayerFiles {
  readonly files: readonly RemoteFile[];
  readonly notices: readonly string[];
}

/**
 * Names every part of a model: by the name that Ollama gives it, else by its type, and the configuration. What has neither is left out and told.
 * @throws IlabError E_NOT_A_MODEL where there is nothing to download; E_REGISTRY for a hostile name, or two files of one name
 */
export function layerFiles({ config, layers }: Manifest, canonical: string): LayerFiles {
  const files = new Map<string, RemoteFile>();
  for (const layer of layers) if (layer.name !== undefined) addFile(files, layer.name, layer);
  const nameless = layers.filter(({ name }) => name === undefined);
  const names = layerNames(nameless, { nameOf: ollamaFileName, taken: new Set(files.keys()) });
  for (const [layer, name] of names) addFile(files, name, layer);
  if (files.size === 0) throw notAModel(canonical, { isRemote: layers.length === 0 && config !== undefined });
  if (config) addFile(files, OLLAMA_CONFIG, config);
  const unknown = new Set(nameless.filter(({ mediaType }) => ollamaFileName(mediaType) === undefined).map(({ mediaType }) => mediaType));
  return {
    files: [...files.values()],
    notices: [
      ...[...unknown].slice(0, 10).map((type) => `Layers of the type “${type}” were left out: they have no file name.`),
      ...(layers.some(({ mediaType }) => mediaType === TENSOR) ? ['Its weights come one tensor a file, as Ollama alone reads them.'] : []),
    ],
  };
}

function addFile(files: Map<string, RemoteFile>, name: string, layer: Layer): void {
  const file = { path: parseFilePath(name), blob: blobOf(layer) };
  const same = files.get(file.path);
  if (same && same.blob.digest !== file.blob.digest) {
    throw new IlabError('E_REGISTRY', `The model has two different files called “${file.path}”.`, { hint: 'Tell whoever pushed it.', side: 'source' });
  }
  files.set(file.path, file);
}

function blobOf({ digest, size, mediaType }: Layer): RemoteBlob {
  return { id: digest, digest, size, mediaType };
}

function notAModel(canonical: string, { isRemote }: { readonly isRemote: boolean }): IlabError {
  return isRemote
    ? new IlabError('E_NOT_A_MODEL', `${canonical} has no weights: Ollama runs it on its own servers.`, { hint: 'Choose a tag without “cloud”.' })
    : new IlabError('E_NOT_A_MODEL', `${canonical} names no files: it is no model.`, { hint: 'Check the name and the tag.' });
}
