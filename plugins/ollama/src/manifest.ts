import { type Digest, IlabError, parseDigest, parseSize } from '@ilab/plugin-api';

/** A part of a model: its configuration, or a layer. */
export interface Layer {
  readonly mediaType: string;
  readonly digest: Digest;
  /** In bytes. */
  readonly size: number;
  /** The file's own name, where Ollama gives one: tensors, and the JSON beside them. */
  readonly name?: string;
}

export interface Manifest {
  readonly mediaType: string;
  /** Absent in old manifests. */
  readonly config?: Layer;
  readonly layers: readonly Layer[];
}

export const DOCKER_MANIFEST = 'application/vnd.docker.distribution.manifest.v2+json';
const MANIFESTS: readonly unknown[] = [DOCKER_MANIFEST, 'application/vnd.oci.image.manifest.v1+json', undefined];
/** More than the tensors of any model. */
const MOST_LAYERS = 20_000;

/**
 * Reads a manifest that came from a registry.
 * @throws IlabError E_REGISTRY for anything else
 */
export function parseManifest(content: string): Manifest {
  const value = parseJson(content);
  if (!isRecord(value)) throw malformed('a manifest is no object');
  const { schemaVersion, mediaType, config, layers } = value;
  if (schemaVersion !== 2 || !MANIFESTS.includes(mediaType) || 'manifests' in value) throw malformed('what came is no manifest of a model');
  if (!Array.isArray(layers)) throw malformed('a manifest has no list of layers');
  if (layers.length > MOST_LAYERS) throw malformed(`a manifest lists more than ${MOST_LAYERS} layers`);
  const parts = layers.map(parseLayer);
  // Old manifests say that there is none by an empty digest.
  const settings = isRecord(config) && config['digest'] ? parseLayer(config) : undefined;
  oneSizeEach(settings ? [settings, ...parts] : parts);
  return { mediaType: typeof mediaType === 'string' ? mediaType : DOCKER_MANIFEST, layers: parts, ...(settings && { config: settings }) };
}

function parseLayer(value: unknown): Layer {
  if (!isRecord(value)) throw malformed('a layer is no object');
  const { mediaType, digest, size, name } = value;
  if (typeof mediaType !== 'string' || mediaType.length > 255) throw malformed('a layer has no media type');
  if (typeof digest !== 'string' || !digest.startsWith('sha256:')) throw malformed('a layer has no sha256 digest');
  if (name !== undefined && typeof name !== 'string') throw malformed('the name of a layer is none');
  return { mediaType, digest: parseDigest(digest), size: parseSize(size), ...(name !== undefined && name !== '' && { name }) };
}

/** The same bytes have one size. */
function oneSizeEach(layers: readonly Layer[]): void {
  const sizes = new Map<string, number>();
  for (const { digest, size } of layers) {
    if ((sizes.get(digest) ?? size) !== size) throw malformed('a manifest gives the same bytes two sizes');
    sizes.set(digest, size);
  }
}

function parseJson(content: string): unknown {
  try {
    return JSON.parse(content);
  } catch {
    throw malformed('a manifest is no JSON');
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function malformed(problem: string): IlabError {
  return new IlabError('E_REGISTRY', `The registry’s answer makes no sense: ${problem}.`, {
    hint: 'Check that the host is a registry of Ollama models. What is an OCI registry is named without ollama://.',
    side: 'source',
  });
}
