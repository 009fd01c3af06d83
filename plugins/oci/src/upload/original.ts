import {
  type Content,
  contentOf,
  type Descriptor,
  EMPTY_CONFIG,
  EMPTY_CONFIG_BYTES,
  type Fetcher,
  type Manifest,
  parseManifest,
  readContent,
  type Target,
} from '@ilab/oras';
import { type CallOptions, IlabError, isIlabError, type UploadFile, type UploadRequest } from '@ilab/plugin-api';
import { readLayers } from '../formats/read-layers.ts';
import type { Artifact, Part } from './artifact.ts';

/** The artifact as it was downloaded, or why it can't be made again. */
export type Original = { readonly artifact: Artifact } | { readonly reason: string };

/** Configurations are fetched into memory; those of images are the largest, and far below. */
const LARGEST_CONFIG = 4 * 1024 * 1024;

export interface OriginalDeps {
  readonly target: Target;
  /** Where the files came from. */
  readonly origin: () => Promise<Fetcher>;
}

/**
 * The artifact with the very manifest that it was downloaded with, so that its digest, and what is signed by it, stays. It takes all
 * files of it and nothing else, and the configuration, which is kept nowhere here: it is looked for at the destination, and at the origin.
 * @returns undefined where the files did not come from an OCI registry
 * @throws what the signal throws
 */
export async function originalArtifact(deps: OriginalDeps, { origin, files }: UploadRequest, options: CallOptions): Promise<Original | undefined> {
  const kept = origin?.source === 'oci' ? origin.manifest : undefined;
  if (!kept) return undefined;
  const manifest = parseManifest(kept.content, kept.mediaType);
  if (manifest.kind !== 'manifest') return { reason: 'it is an index' };
  const layers = layersOf(manifest, files);
  if (typeof layers === 'string') return { reason: layers };
  const { digest, mediaType, content } = kept;
  const bytes = Buffer.from(content);
  try {
    const config = await configOf(deps, { descriptor: manifest.config, files }, options);
    return { artifact: { layers, config, manifest: { bytes, descriptor: { mediaType, digest, size: bytes.length, annotations: {} } } } };
  } catch (error) {
    options.signal?.throwIfAborted();
    if (!isIlabError(error)) throw error;
    return { reason: `its configuration can’t be had (${error.message})` };
  }
}

/** The layers with their bytes, or why they are not these files. */
function layersOf(manifest: Manifest, files: readonly UploadFile[]): readonly Part[] | string {
  const known = readLayers(manifest);
  if (known.archives.length > 0) return 'it holds archives, which were unpacked';
  const expected = new Map<string, string>(known.files.map(({ path, blob }) => [path, blob.digest]));
  const same = files.filter((file) => expected.get(file.path) === digestOf(file));
  if (same.length !== files.length || same.length !== expected.size) return 'not all of its files go, or others do';
  const byDigest = new Map(files.map((file) => [digestOf(file), file]));
  const layers: Part[] = [];
  for (const descriptor of manifest.layers) {
    const file = byDigest.get(descriptor.digest);
    if (!file) return 'it has layers that are no files';
    layers.push({ descriptor, label: file.path, content: file });
  }
  return layers;
}

function digestOf(file: UploadFile): string {
  return `sha256:${file.sha256}`;
}

async function configOf(
  { target, origin }: OriginalDeps,
  { descriptor, files }: { readonly descriptor: Descriptor; readonly files: readonly UploadFile[] },
  options: CallOptions,
): Promise<Part | undefined> {
  const part = (content: Content): Part => ({ descriptor, label: 'configuration', content });
  const file = files.find((one) => digestOf(one) === descriptor.digest);
  if (file) return part(file);
  if (descriptor.digest === EMPTY_CONFIG.digest) return part(contentOf(EMPTY_CONFIG_BYTES));
  if (await target.exists(descriptor, options)) return undefined;
  if (descriptor.size > LARGEST_CONFIG) throw new IlabError('E_REGISTRY', `It has ${descriptor.size} bytes.`);
  const fetcher = await origin();
  return part(contentOf(await readContent({ open: () => fetcher.fetch(descriptor, options) }, { size: descriptor.size, most: LARGEST_CONFIG })));
}
