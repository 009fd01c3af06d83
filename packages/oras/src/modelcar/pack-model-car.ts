import { createHash } from 'node:crypto';
import type { CallOptions, Digest } from '@ilab/core/adapter';
import {
  entry,
  inOrder,
  type ModelDescription,
  type ModelFile,
  ociAnnotations,
  type PackedLayer,
  type PackedModel,
  packDocument,
} from '../modelpack/packed-model.ts';
import type { Content } from '../target/content.ts';
import { tarLayer } from './tar-layer.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const CONFIG = 'application/vnd.oci.image.config.v1+json';
const LAYER = 'application/vnd.oci.image.layer.v1.tar';
/** Where KServe and Kubernetes’ image volumes look. */
const FOLDER = 'models';

export interface PackModelCarOptions extends CallOptions {
  readonly description?: ModelDescription;
  /** Remembers what a file’s layer hashes to, under a key that stands for path and content; default: nothing is remembered. */
  readonly digests?: { get(key: string): Promise<string | undefined>; put(key: string, digest: string): Promise<void> };
  /** Gives back what is read to hash a file's layer, so that it can be watched. */
  readonly watch?: (content: Content, layer: { readonly path: string; readonly size: number }) => Content;
}

/**
 * Packs a model as a container image with its files under `/models` (KServe’s ModelCar), one uncompressed layer per file. A layer’s digest
 * is not its file’s, so that each is read once more, unless it is remembered. One manifest, and no index: machines of other architectures
 * mount it all the same, and with an index those that it does not list would not.
 * @throws IlabError E_NOT_A_MODEL (no files), E_USAGE (too many for one manifest), and what the files throw
 */
export async function packModelCar(files: readonly ModelFile[], options: PackModelCarOptions = {}): Promise<PackedModel> {
  const layers: PackedLayer[] = [];
  for (const file of inOrder(files)) layers.push(await toLayer(file, options));
  const { description = {} } = options;
  const config = packDocument(CONFIG, {
    ...(description.created !== undefined && { created: description.created }),
    architecture: 'amd64',
    os: 'linux',
    config: {},
    rootfs: { type: 'layers', diff_ids: layers.map(({ descriptor }) => descriptor.digest) },
  });
  const annotations = ociAnnotations(description);
  const manifest = packDocument(MANIFEST, {
    schemaVersion: 2,
    mediaType: MANIFEST,
    config: entry(config.descriptor),
    layers: layers.map(({ descriptor }) => entry(descriptor)),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  });
  return { manifest, config, layers };
}

async function toLayer(file: ModelFile, options: PackModelCarOptions): Promise<PackedLayer> {
  const layer = tarLayer(FOLDER, file);
  const key = `${file.sha256} ${file.size} ${file.path}`;
  const known = await options.digests?.get(key);
  const hex = known !== undefined && /^[0-9a-f]{64}$/.test(known) ? known : await hash();
  const digest: Digest = `sha256:${hex}`;
  return { path: file.path, descriptor: { mediaType: LAYER, digest, size: layer.size, annotations: {} }, open: layer.open };

  async function hash(): Promise<string> {
    const { watch = (content) => content } = options;
    const sha256 = createHash('sha256');
    for await (const bytes of watch(layer, { path: file.path, size: layer.size }).open()) {
      options.signal?.throwIfAborted();
      sha256.update(bytes);
    }
    const hex = sha256.digest('hex');
    await options.digests?.put(key, hex);
    return hex;
  }
}
