import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { type ForeignFile, type ForeignModel, layerNames, type MetadataFile, OLLAMA_CONFIG, ollamaFileName, type RefusedModel } from '@ilab/core';
import { fileInside, isObject, isSha256, look, parseObject, textInside } from '../inside.ts';

const OLLAMA = 'Ollama';
const DEEPEST = 8;

/** Every tag that Ollama has a manifest of: `manifests/registry.ollama.ai/library/name/tag`. */
export function* ollamaModels(models: string): Generator<ForeignModel | RefusedModel> {
  const manifests = join(models, 'manifests');
  for (const segments of manifestsBelow(manifests, [])) {
    const tag = segments.at(-1) ?? '';
    const repository = segments.slice(0, -1).join('/');
    yield tagModel({ models, manifests, path: join(manifests, ...segments), repository, tag });
  }
}

type Spot = { readonly models: string; readonly manifests: string; readonly path: string; readonly repository: string; readonly tag: string };

function tagModel({ models, manifests, path, repository, tag }: Spot): ForeignModel | RefusedModel {
  const refuse = (reason: string): RefusedModel => ({ tool: OLLAMA, from: path, reason });
  const content = textInside(manifests, path);
  const manifest = content === undefined ? undefined : parseObject(content);
  if (content === undefined || !manifest || !Array.isArray(manifest['layers'])) return refuse('it is no manifest.');
  const layers = layerFiles(manifest['layers'], manifest['config']);
  const blobs = join(models, 'blobs');
  const files: ForeignFile[] = [];
  const others: MetadataFile[] = [];
  for (const { sha256, ...file } of layers) {
    const at = fileInside(blobs, join(blobs, `sha256-${sha256}`), file.size);
    if (at === undefined) others.push({ ...file, sha256, from: `sha256:${sha256}` });
    else files.push({ ...file, at, digest: `sha256:${sha256}` });
  }
  if (!files.some(({ path: name }) => name.endsWith('.gguf'))) return refuse('its weights are not here.');
  const digest = `sha256:${createHash('sha256').update(content).digest('hex')}` as const;
  const mediaType = typeof manifest['mediaType'] === 'string' ? manifest['mediaType'] : 'application/vnd.docker.distribution.manifest.v2+json';
  return {
    tool: OLLAMA,
    from: path,
    repository: `oci://${repository}`,
    name: repository,
    revision: digest,
    versions: [{ name: tag, kind: 'tag' }],
    files,
    others,
    whole: others.length === 0,
    mayLink: true,
    manifest: { digest, mediaType, content },
  };
}

type LayerFile = { readonly path: string; readonly size: number; readonly sha256: string; readonly mediaType: string };

/** Layers and the configuration as files, called as when they are downloaded. */
function layerFiles(layers: readonly unknown[], config: unknown): readonly LayerFile[] {
  const named = layerNames(layers.flatMap(readLayer), { nameOf: ollamaFileName, taken: new Set() });
  const files = [...named, ...readLayer(config).map((layer) => [layer, OLLAMA_CONFIG] as const)];
  return files.map(([{ mediaType, digest, size }, path]) => ({ path, size, sha256: digest, mediaType }));
}

/** @returns none where it is no layer that can be read; its digest as hex */
function readLayer(layer: unknown): readonly { readonly mediaType: string; readonly digest: string; readonly size: number }[] {
  const { mediaType, digest, size } = isObject(layer) ? layer : {};
  const sha256 = typeof digest === 'string' ? digest.replace(/^sha256:/, '') : '';
  if (typeof mediaType !== 'string' || !isSha256(sha256) || typeof size !== 'number' || !Number.isSafeInteger(size)) return [];
  return [{ mediaType, digest: sha256, size }];
}

function* manifestsBelow(directory: string, segments: readonly string[]): Generator<readonly string[]> {
  for (const entry of look(directory)) {
    const path = [...segments, entry.name];
    if (entry.isDirectory() && path.length < DEEPEST) yield* manifestsBelow(join(directory, entry.name), path);
    // Host, repository and tag at least.
    if (entry.isFile() && path.length >= 3 && !entry.name.startsWith('.')) yield path;
  }
}
