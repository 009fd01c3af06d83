import { type Descriptor, UNPACK_ANNOTATION } from '@ilab/oras';
import { IlabError, type RemoteArchive } from '@ilab/plugin-api';

/** Where a ModelCar image keeps its model. */
const MODELCAR_FOLDER = 'models/';
/** Layers of container images; alone, they are also what ORAS calls a file of no declared type. */
const IMAGE_LAYER = /^application\/vnd\.(?:oci\.image\.layer\.v1\.tar|docker\.image\.rootfs\.diff\.tar)/;
/** Layers that are always archives: ModelPack's, KitOps's and Docker Model Runner's. */
const ARCHIVE_LAYER = /^application\/vnd\.(?:cncf\.model|cnai\.model|kitops\.modelkit|jozu\.model|docker\.ai)\..*tar(?:[+.](?:gzip|zstd))?$/;

/** How an archive is unpacked. */
export type Packing = Pick<RemoteArchive, 'codec' | 'prefix' | 'overlay'>;

/**
 * How a layer is packed; undefined when it is no archive.
 * @throws IlabError E_REGISTRY when nobody here can unpack it
 */
export function packingOf(layer: Descriptor, { isImage }: { readonly isImage: boolean }): Packing | undefined {
  const { mediaType, annotations } = layer;
  if (isImage && IMAGE_LAYER.test(mediaType)) return { codec: codecOf(mediaType), prefix: MODELCAR_FOLDER, overlay: true };
  // ORAS packs directories with gzip, whatever type they were given.
  if (annotations[UNPACK_ANNOTATION] === 'true') return { codec: mediaType.endsWith('zstd') ? 'tar+zstd' : 'tar+gzip', prefix: '' };
  return ARCHIVE_LAYER.test(mediaType) ? { codec: codecOf(mediaType), prefix: '' } : undefined;
}

function codecOf(mediaType: string): RemoteArchive['codec'] {
  const [, packing] = /\.tar(?:[+.](.*))?$/.exec(mediaType) ?? [];
  if (packing === undefined) return 'tar';
  if (packing === 'gzip') return 'tar+gzip';
  if (packing === 'zstd') return 'tar+zstd';
  throw new IlabError('E_REGISTRY', `A layer of the type “${mediaType}” can’t be unpacked.`, {
    hint: packing.includes('encrypted') ? 'It is encrypted: use a copy that is not.' : 'Ask whoever pushed it for gzip, zstd or no compression.',
  });
}
