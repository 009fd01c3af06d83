import { createHash } from 'node:crypto';
import { type CallOptions, IlabError } from '@ilab/core/adapter';
import { EMPTY_CONFIG, EMPTY_CONFIG_BYTES } from '../content/empty-config.ts';
import { entry, type PackedDocument, type PackedLayer, packDocument } from '../modelpack/packed-model.ts';
import { type Content, contentOf } from '../target/content.ts';
import type { Pusher } from '../target/target.ts';

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const ANY = 'application/octet-stream';

/** A file that goes into an artifact. */
export interface ArtifactFile extends Content {
  /** Relative, `/`-separated, without `..`; the layer's title. */
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** Hex; absent: it is read to find out. */
  readonly sha256?: string;
  /** Default: `application/octet-stream`. */
  readonly mediaType?: string;
}

export interface PackArtifactOptions extends CallOptions {
  /** What the artifact is, as a media type. */
  readonly artifactType: string;
  /** Of the manifest; `org.opencontainers.image.created` among them only where it is wanted: without it the same files give the same digest. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** An artifact that can be pushed: layers and configuration first, then the manifest. */
export interface PackedArtifact {
  readonly manifest: PackedDocument;
  readonly config: PackedDocument;
  readonly layers: readonly PackedLayer[];
}

/**
 * Packs files as an artifact (image spec, manifest.md “Guidelines for Artifact Usage”): each a layer of its own, named by its title, with
 * the empty configuration. The same files, in whatever order, give the same digest.
 * @throws IlabError E_USAGE (two files of one path, or too many for one manifest), and what the files throw
 */
export async function packArtifact(files: readonly ArtifactFile[], { artifactType, annotations = {}, signal }: PackArtifactOptions): Promise<PackedArtifact> {
  const inOrder = [...files].sort((a, b) => (a.path < b.path ? -1 : 1));
  const twice = inOrder.find(({ path }, at) => inOrder[at + 1]?.path === path);
  if (twice) throw new IlabError('E_USAGE', `“${twice.path}” is to be packed twice.`, { hint: 'Give one of the two another name.' });
  const layers: PackedLayer[] = [];
  for (const file of inOrder) layers.push(await toLayer(file, signal));
  const config = { descriptor: EMPTY_CONFIG, bytes: EMPTY_CONFIG_BYTES };
  const manifest = packDocument(MANIFEST, {
    schemaVersion: 2,
    mediaType: MANIFEST,
    artifactType,
    config: entry(config.descriptor),
    // A manifest has one layer at least.
    layers: layers.length > 0 ? layers.map(({ descriptor }) => entry(descriptor)) : [entry(config.descriptor)],
    ...(Object.keys(annotations).length > 0 && { annotations }),
  });
  return { manifest, config, layers };
}

/** Pushes an artifact, its manifest last. @returns bytes that really went out @throws IlabError as `Pusher.push` */
export async function pushPacked(target: Pusher, { manifest, config, layers }: PackedArtifact, options: CallOptions): Promise<number> {
  let sent = 0;
  for (const layer of layers) sent += await target.push(layer.descriptor, layer, options);
  for (const { descriptor, bytes } of [config, manifest]) sent += await target.push(descriptor, contentOf(bytes), options);
  return sent;
}

async function toLayer(file: ArtifactFile, signal: AbortSignal | undefined): Promise<PackedLayer> {
  const { path, size, mediaType = ANY } = file;
  const sha256 = file.sha256 ?? (await hash(file, signal));
  const annotations = { 'org.opencontainers.image.title': path };
  return { path, descriptor: { mediaType, digest: `sha256:${sha256}`, size, annotations }, open: (range) => file.open(range) };
}

async function hash(file: ArtifactFile, signal: AbortSignal | undefined): Promise<string> {
  const sha256 = createHash('sha256');
  for await (const piece of file.open()) {
    signal?.throwIfAborted();
    sha256.update(piece);
  }
  return sha256.digest('hex');
}
