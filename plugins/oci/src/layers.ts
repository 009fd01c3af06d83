import { type Descriptor, IMAGE_CONFIG_TYPES, type Manifest, UNPACK_ANNOTATION } from '@ilab/oras';
import { IlabError, parseFilePath, type RemoteArchive, type RemoteBlob, type RemoteFile } from '@ilab/plugin-api';
import { fileName } from './file-name.ts';

/** What a manifest's layers are to a model. */
export interface ModelLayers {
  readonly files: readonly RemoteFile[];
  readonly archives: readonly RemoteArchive[];
  readonly notices: readonly string[];
}

/** Where a ModelCar image keeps its model. */
const MODELCAR_FOLDER = 'models/';
/** Layers of container images; alone, they are also what ORAS calls a file of no declared type. */
const IMAGE_LAYER = /^application\/vnd\.(?:oci\.image\.layer\.(?:nondistributable\.)?v1\.tar|docker\.image\.rootfs\.diff\.tar)/;
/** Layers that are always archives: ModelPack's, KitOps's and Docker Model Runner's. */
const ARCHIVE_LAYER = /^application\/vnd\.(?:cncf\.model|cnai\.model|kitops\.modelkit|jozu\.model|docker\.ai)\..*tar(?:[+.](?:gzip|zstd))?$/;

/**
 * Reads layers as the formats in use name them: a layer with a file name is a file, a packed one an archive, a container image's
 * layers are file systems with the model under `/models`. What fits none is left out and told.
 * @throws IlabError E_REGISTRY for a hostile file name or two files of one name
 */
export function readLayers({ config, layers }: Manifest): ModelLayers {
  const isImage = IMAGE_CONFIG_TYPES.includes(config.mediaType);
  const files = new Map<string, RemoteFile>();
  const archives: RemoteArchive[] = [];
  const notices: string[] = [];
  for (const layer of layers) {
    const prefix = archivePrefix(layer, isImage);
    const name = fileName(layer);
    if (prefix !== undefined) archives.push({ blob: blobOf(layer), codec: codecOf(layer), prefix });
    else if (name !== undefined) addFile(files, { path: parseFilePath(name), blob: blobOf(layer) });
    else notices.push(`A layer of the type “${layer.mediaType}” was left out: it has no file name.`);
  }
  return { files: [...files.values()], archives, notices };
}

/** The folder inside an archive that holds the model's files; undefined when the layer is no archive. */
function archivePrefix({ mediaType, annotations }: Descriptor, isImage: boolean): string | undefined {
  if (annotations[UNPACK_ANNOTATION] === 'true') return '';
  if (ARCHIVE_LAYER.test(mediaType)) return '';
  return isImage && IMAGE_LAYER.test(mediaType) ? MODELCAR_FOLDER : undefined;
}

function codecOf({ mediaType, annotations }: Descriptor): RemoteArchive['codec'] {
  if (/[+.]gzip$/.test(mediaType)) return 'tar+gzip';
  if (/[+.]zstd$/.test(mediaType)) return 'tar+zstd';
  // ORAS packs directories with gzip, whatever type they were given.
  return annotations[UNPACK_ANNOTATION] === 'true' ? 'tar+gzip' : 'tar';
}

function blobOf({ digest, size, mediaType }: Descriptor): RemoteBlob {
  return { id: digest, digest, size, mediaType };
}

function addFile(files: Map<string, RemoteFile>, file: RemoteFile): void {
  const same = files.get(file.path);
  if (same && same.blob.digest !== file.blob.digest) {
    throw new IlabError('E_REGISTRY', `The artifact has two different files called “${file.path}”.`, { hint: 'Tell whoever pushed it.' });
  }
  files.set(file.path, file);
}
