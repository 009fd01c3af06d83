import { type CallOptions, parseDigest, type PluginContext, type Registry, type RemoteReference, type RemoteSnapshot } from '@ilab/plugin-api';
import { askManifest } from './ask-manifest.ts';
import { layerFiles } from './layer-files.ts';
import { openRepository } from './open-repository.ts';

const DEFAULT_VERSION = 'latest';

/**
 * Ollama's registry, and others that speak as it does: no front door, no list of tags, manifests by tag as plain text without a digest,
 * by digest among the blobs, and blobs at signed addresses elsewhere.
 */
export function createOllamaRegistry(context: PluginContext): Registry {
  return {
    source: 'ollama',
    capabilities: { versions: false, revision: true },
    resolve: (reference, options) => resolve(context, reference, options),
    async locate({ snapshot, blob }, options) {
      const { base, headers } = await openRepository(context, snapshot, options);
      return { url: `${base}/blobs/${parseDigest(blob.id)}`, headers };
    },
    async revision({ version, ...repository }, options) {
      const { digest } = await askManifest(await openRepository(context, repository, options), version, options);
      return digest;
    },
  };
}

async function resolve(context: PluginContext, reference: RemoteReference, options: CallOptions): Promise<RemoteSnapshot> {
  const { host, repository, canonical } = reference;
  const version = reference.version ?? (reference.digest === undefined ? DEFAULT_VERSION : undefined);
  const opened = await openRepository(context, reference, options);
  const { digest, manifest, mediaType, content } = await askManifest(opened, reference.digest ?? version ?? DEFAULT_VERSION, options);
  const { files, notices } = layerFiles(manifest, canonical);
  return {
    source: 'ollama',
    host,
    repository,
    revision: digest,
    ...(version !== undefined && { version }),
    kind: version === undefined ? 'digest' : 'tag',
    files,
    archives: [],
    manifest: { digest, mediaType, content },
    notices,
  };
}
