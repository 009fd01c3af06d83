import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { UnmanagedModel } from '@ilab/core';
import { type Look, lookAt } from './model-files.ts';
import { readJson } from './read-json.ts';
import { entries, isDirectory, isHostEntry } from './scan-repositories.ts';

/** How deep phased training puts its checkpoints. */
const CHECKPOINT_DEPTH = 5;

/** What older tools left in the models directory: files at the top, directories at the top or below an organisation. */
export function* scanLegacy(root: string): Generator<UnmanagedModel> {
  for (const entry of entries(root)) {
    if (entry.name.startsWith('.')) continue;
    const isFolder = isDirectory(root, entry);
    if (isFolder && isHostEntry(entry.name)) continue;
    yield* scanDown(root, { name: entry.name, kind: 'legacy', depth: isFolder ? 1 : 0 });
  }
}

/** Models that training saved. */
export function* scanCheckpoints(root: string): Generator<UnmanagedModel> {
  for (const entry of entries(root)) {
    if (!entry.name.startsWith('.')) yield* scanDown(root, { name: entry.name, kind: 'checkpoint', depth: CHECKPOINT_DEPTH });
  }
}

type Spot = { readonly name: string; readonly kind: UnmanagedModel['kind']; readonly depth: number };

function* scanDown(root: string, spot: Spot): Generator<UnmanagedModel> {
  const path = join(root, spot.name);
  const look = lookUnlessUnreadable(path);
  if (look?.kind === 'model') {
    yield unmanagedModel(path, spot, look);
    return;
  }
  if (!look || spot.depth === 0) return;
  for (const entry of entries(path)) {
    const isModelFile = entry.name.endsWith('.gguf');
    if (entry.name.startsWith('.') || !(isModelFile || isDirectory(path, entry))) continue;
    yield* scanDown(root, { ...spot, name: `${spot.name}/${entry.name}`, depth: spot.depth - 1 });
  }
}

function lookUnlessUnreadable(path: string): Look | undefined {
  try {
    const stats = statSync(path);
    return stats.isDirectory() || path.endsWith('.gguf') ? lookAt(path) : undefined;
  } catch {
    return undefined;
  }
}

function unmanagedModel(path: string, { name, kind }: Spot, look: Extract<Look, { kind: 'model' }>): UnmanagedModel {
  const stats = statSync(path);
  const size = stats.isFile() ? stats.size : look.files.reduce((sum, file) => sum + (statSync(join(path, file), { throwIfNoEntry: false })?.size ?? 0), 0);
  const version = (kind === 'legacy' && recoverVersion(path)) || 'n/a';
  return { kind, name, path, format: look.format, version, size, modified: stats.mtime.toISOString(), ...(look.base !== undefined && { base: look.base }) };
}

/**
 * What a model's version was: Hugging Face's tools leave the commit of each file beside it, the older `ilab` an OCI index with the
 * manifest's digest.
 */
function recoverVersion(path: string): string | undefined {
  for (const entry of entries(join(path, '.cache', 'huggingface', 'download'))) {
    if (!entry.name.endsWith('.metadata')) continue;
    const [commit] = readFileSync(join(path, '.cache', 'huggingface', 'download', entry.name), 'utf8').split('\n');
    if (commit !== undefined && /^[0-9a-f]{40}$/.test(commit)) return `@${commit.slice(0, 12)}`;
  }
  return ociVersion(join(path, 'index.json'));
}

function ociVersion(index: string): string | undefined {
  try {
    const manifests = readJson(index)?.['manifests'];
    const digest: unknown = Array.isArray(manifests) ? manifests[0]?.digest : undefined;
    return typeof digest === 'string' && /^sha256:[0-9a-f]{64}$/.test(digest) ? `@${digest.slice(7, 19)}` : undefined;
  } catch {
    return undefined;
  }
}
