import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { ForeignFile, ForeignModel, MetadataFile, RefusedModel } from '@ilab/core';
import { fileInside, isObject, isSha256, look, parseObject, textInside } from '../inside.ts';

const OLLAMA = 'Ollama';
const DEEPEST = 8;

/** What Ollama’s layers are called as files, by the last part of their media type; as when they are downloaded. */
const NAMES: Readonly<Record<string, string>> = {
  model: 'model.gguf',
  adapter: 'adapter.gguf',
  projector: 'mmproj.gguf',
  draft: 'draft.gguf',
  embed: 'embed',
  template: 'template',
  system: 'system',
  prompt: 'prompt',
  params: 'params.json',
  messages: 'messages.json',
  license: 'LICENSE',
};

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
  const layers = layerFiles(manifest['layers']);
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

/** Layers as files; a model may have several licences. */
function layerFiles(layers: readonly unknown[]): readonly LayerFile[] {
  const files: LayerFile[] = [];
  for (const layer of layers) {
    if (!isObject(layer)) continue;
    const { mediaType, digest, size } = layer;
    const kind = typeof mediaType === 'string' ? mediaType.replace(/^application\/vnd\.ollama\.image\./, '') : '';
    const name = Object.hasOwn(NAMES, kind) ? NAMES[kind] : undefined;
    const sha256 = typeof digest === 'string' ? digest.replace(/^sha256:/, '') : '';
    if (name === undefined || typeof mediaType !== 'string' || !isSha256(sha256) || typeof size !== 'number' || !Number.isSafeInteger(size)) continue;
    const before = files.filter(({ path }) => path === name || path.startsWith(`${name}.`)).length;
    files.push({ path: before === 0 ? name : `${name}.${before + 1}`, size, sha256, mediaType });
  }
  return files;
}

function* manifestsBelow(directory: string, segments: readonly string[]): Generator<readonly string[]> {
  for (const entry of look(directory)) {
    const path = [...segments, entry.name];
    if (entry.isDirectory() && path.length < DEEPEST) yield* manifestsBelow(join(directory, entry.name), path);
    // Host, repository and tag at least.
    if (entry.isFile() && path.length >= 3 && !entry.name.startsWith('.')) yield path;
  }
}
