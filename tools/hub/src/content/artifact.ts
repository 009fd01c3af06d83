import { type Blob, blobOf } from './blob.ts';
import type { Snapshot } from './model.ts';

/** A manifest with the blobs it names. */
export interface Artifact {
  readonly mediaType: string;
  readonly manifest: Blob;
  readonly blobs: readonly Blob[];
  /** The manifest's digest where it is not sha256. */
  readonly digest?: string;
  /** Blobs by digests that are not sha256, or not theirs. */
  readonly others?: ReadonlyMap<string, Blob>;
}

const MANIFEST = 'application/vnd.oci.image.manifest.v1+json';
const MODEL = 'application/vnd.cncf.model.manifest.v1+json';

/** Packs a version as ModelPack has it: a raw layer per file, named by both annotations in use, so that every client finds the names. */
export function packModel({ files }: Snapshot): Artifact {
  const layers = [...files].map(([path, blob]) => ({
    ...descriptor(blob, layerType(path)),
    annotations: { 'org.cncf.model.filepath': path, 'org.opencontainers.image.title': path },
  }));
  const config = blobOf(JSON.stringify({ descriptor: {}, config: {}, modelfs: { type: 'layers', diffIds: layers.map(({ digest }) => digest) } }));
  return packManifest(
    { schemaVersion: 2, mediaType: MANIFEST, artifactType: MODEL, config: descriptor(config, 'application/vnd.cncf.model.config.v1+json'), layers },
    [config, ...files.values()],
  );
}

/** Any manifest or index, as tests write it. */
export function packManifest(manifest: { readonly mediaType: string } & Readonly<Record<string, unknown>>, blobs: readonly Blob[]): Artifact {
  return { mediaType: manifest.mediaType, manifest: blobOf(JSON.stringify(manifest)), blobs };
}

export function descriptor(blob: Blob, mediaType: string): { mediaType: string; digest: string; size: number } {
  return { mediaType, digest: `sha256:${blob.sha256}`, size: blob.size };
}

function layerType(path: string): string {
  if (/\.(?:gguf|safetensors|bin)$/.test(path)) return 'application/vnd.cncf.model.weight.v1.raw';
  return path.endsWith('.md') ? 'application/vnd.cncf.model.doc.v1.raw' : 'application/vnd.cncf.model.weight.config.v1.raw';
}
