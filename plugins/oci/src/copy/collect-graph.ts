import { type Descriptor, type GraphSource, type Index, isManifestType, type Manifest, parseManifest, readContent } from '@ilab/oras';
import { type CallOptions, type Digest, IlabError } from '@ilab/plugin-api';

/** A manifest with its bytes, which are what its digest is of. */
export interface GraphNode {
  readonly descriptor: Descriptor;
  readonly bytes: Uint8Array;
  /** Whether it is there only because it refers to another. */
  readonly isReferrer: boolean;
}

/** Everything that hangs on one manifest. */
export interface Graph {
  /** What is named by another before it; what refers to another after it. */
  readonly nodes: readonly GraphNode[];
  /** Configurations and layers, each digest once. */
  readonly blobs: readonly Descriptor[];
}

const LARGEST_MANIFEST = 4 * 1024 * 1024;
/** More than any model has; whoever lists more wants to keep us busy. */
const MOST_NODES = 1000;
const MOST_BYTES = 64 * 1024 * 1024;
/** Layers that registries do not distribute: they need not be there (image spec, layer.md “Non-Distributable Layers”). */
const FOREIGN = /^application\/vnd\.(?:oci\.image\.layer\.nondistributable\.|docker\.image\.rootfs\.foreign\.)/;

export interface CollectOptions extends CallOptions {
  /** Follow what refers to each manifest, too: signatures, attestations, bills of materials. */
  readonly referrers: boolean;
}

/**
 * Fetches all manifests that hang on one, and lists what they name.
 * @throws IlabError E_REGISTRY (too many, or nonsense), E_NOT_FOUND (one that is named is not there), and as `Fetcher.fetch`
 */
export async function collectGraph(source: GraphSource, root: Descriptor, options: CollectOptions): Promise<Graph> {
  const nodes = new Map<Digest, GraphNode>();
  const blobs = new Map<Digest, Descriptor>();
  const seen = new Set<Digest>();
  let total = 0;

  async function visit(descriptor: Descriptor, isReferrer: boolean): Promise<void> {
    if (seen.has(descriptor.digest)) return;
    total += descriptor.size;
    if (seen.add(descriptor.digest).size > MOST_NODES || total > MOST_BYTES) throw tooMany();
    const bytes = await readContent({ open: () => source.fetch(descriptor, options) }, { size: descriptor.size, most: LARGEST_MANIFEST });
    const manifest = parseManifest(new TextDecoder().decode(bytes), descriptor.mediaType);
    await take(manifest, isReferrer);
    nodes.set(descriptor.digest, { descriptor, bytes, isReferrer });
    if (!options.referrers) return;
    for await (const referrer of source.referrers(descriptor, options)) await visit(referrer, true);
  }

  async function take(manifest: Manifest | Index, isReferrer: boolean): Promise<void> {
    if (manifest.kind === 'index') {
      for (const entry of manifest.manifests) {
        // An index may list anything (image spec, image-index.md): what is no manifest is a blob.
        if (isManifestType(entry.mediaType)) await visit(entry, isReferrer);
        else blobs.set(entry.digest, entry);
      }
      return;
    }
    for (const blob of [manifest.config, ...manifest.layers]) if (!FOREIGN.test(blob.mediaType)) blobs.set(blob.digest, blob);
  }

  await visit(root, false);
  return { nodes: [...nodes.values()], blobs: [...blobs.values()] };
}

function tooMany(): IlabError {
  return new IlabError('E_REGISTRY', `More than ${MOST_NODES} manifests, or ${MOST_BYTES} bytes of them, hang on this one.`, {
    hint: 'Copy without what refers to it.',
    side: 'source',
  });
}
