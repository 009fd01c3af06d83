import { type Descriptor, IMAGE_CONFIG_TYPES, type Manifest } from '@ilab/oras';
import { IlabError, isOllamaType, OLLAMA_CONFIG, parseFilePath, type RemoteArchive, type RemoteBlob, type RemoteFile } from '@ilab/plugin-api';
import { KIT_CONFIG, KIT_FILE } from './kit.ts';
import { givenName } from './layer-name.ts';
import { namesByType } from './names-by-type.ts';
import { packingOf } from './packed-layer.ts';

/** What a manifest's layers are to a model. */
export interface ModelLayers {
  readonly files: readonly RemoteFile[];
  readonly archives: readonly RemoteArchive[];
  readonly notices: readonly string[];
}

/** Layers that are to be had elsewhere, at addresses that nobody vouches for. */
const FOREIGN_LAYER = /^application\/vnd\.(?:oci\.image\.layer\.nondistributable\.|docker\.image\.rootfs\.foreign\.)/;
const TENSOR_LAYER = 'application/vnd.ollama.image.tensor';

/**
 * Reads layers as the formats in use name them: a layer with a file name is a file, a packed one an archive, a container image's
 * layers are file systems with the model under `/models`. What fits none is left out and told.
 * @throws IlabError E_REGISTRY for a hostile file name, two files of one name or a layer that can't be unpacked
 */
export function readLayers({ config, layers }: Manifest): ModelLayers {
  const isImage = IMAGE_CONFIG_TYPES.includes(config.mediaType);
  const files = new Map<string, RemoteFile>();
  const archives: RemoteArchive[] = [];
  const nameless: Descriptor[] = [];
  for (const layer of layers) {
    const packing = FOREIGN_LAYER.test(layer.mediaType) ? undefined : packingOf(layer, { isImage });
    const name = givenName(layer);
    if (packing) archives.push({ blob: blobOf(layer), ...packing });
    else if (name !== undefined) addFile(files, name, layer);
    else nameless.push(layer);
  }
  const names = namesByType(nameless, new Set(files.keys()));
  for (const [layer, name] of names) addFile(files, name, layer);
  if (KIT_CONFIG.test(config.mediaType)) addFile(files, KIT_FILE, config);
  if (files.size > 0 && layers.some(({ mediaType }) => isOllamaType(mediaType))) addFile(files, OLLAMA_CONFIG, config);
  const named = new Set([...names.keys()].map(({ digest }) => digest));
  return {
    files: [...files.values()],
    archives,
    notices: noticesOf(
      layers,
      nameless.filter(({ digest }) => !named.has(digest)),
    ),
  };
}

function blobOf({ digest, size, mediaType }: Descriptor): RemoteBlob {
  return { id: digest, digest, size, mediaType };
}

function addFile(files: Map<string, RemoteFile>, name: string, layer: Descriptor): void {
  const file = { path: parseFilePath(name), blob: blobOf(layer) };
  const same = files.get(file.path);
  if (same && same.blob.digest !== file.blob.digest) {
    throw new IlabError('E_REGISTRY', `The artifact has two different files called “${file.path}”.`, { hint: 'Tell whoever pushed it.' });
  }
  files.set(file.path, file);
}

function noticesOf(layers: readonly Descriptor[], leftOut: readonly Descriptor[]): readonly string[] {
  const foreign = leftOut.filter(({ mediaType }) => FOREIGN_LAYER.test(mediaType));
  const unknown = leftOut.filter((layer) => !foreign.includes(layer));
  return [
    ...unknown.map(({ mediaType }) => `A layer of the type “${mediaType}” was left out: it has no file name.`),
    ...foreign.map(({ mediaType }) => `A layer of the type “${mediaType}” was left out: registries do not distribute it.`),
    ...(layers.some(({ mediaType }) => mediaType === TENSOR_LAYER) ? ['Its weights come one tensor a file, as Ollama alone reads them.'] : []),
  ];
}
