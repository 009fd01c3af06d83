import { type Stats, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { BrokenItem, UnmanagedModel } from '@ilab/core';
import { readLinkFarm } from './foreign/link-farm.ts';
import { commitOf, commitOfFile } from './foreign/local-dir-notes.ts';
import { type Look, lookAt } from './model-files.ts';
import { readOrigin } from './origins.ts';
import { entries, isDirectory, readableEntries } from './scan-repositories.ts';

/** How deep phased training puts its checkpoints. */
const CHECKPOINT_DEPTH = 5;

/**
 * What older tools left in the models directory: files at the top, directories at the top or below an organisation. A name with a dot
 * may be a model's as well as a host's (`granite-3.1-8b-lab-v1`); what is in it tells, and snapshots lie deeper than this looks.
 */
export function* scanLegacy(root: string): Generator<UnmanagedModel> {
  for (const entry of entries(root)) {
    if (entry.name.startsWith('.')) continue;
    yield* scanDown(root, { name: entry.name, kind: 'legacy', depth: isDirectory(root, entry) ? 1 : 0 });
  }
}

/** Models that training saved: by their path below the directory, and those of phased training, which has its own beside it, as `phased/…`. */
export function* scanCheckpoints(root: string): Generator<UnmanagedModel | BrokenItem> {
  yield* scanTraining(root, '');
  yield* scanTraining(dirname(root), 'phased/');
}

function* scanTraining(root: string, below: string): Generator<UnmanagedModel | BrokenItem> {
  const directory = join(root, below);
  for (const entry of yield* readableEntries(directory, directory)) {
    if (!entry.name.startsWith('.')) yield* scanDown(root, { name: below + entry.name, kind: 'checkpoint', depth: CHECKPOINT_DEPTH });
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
  const origin = kind === 'checkpoint' && stats.isDirectory() ? readOrigin(path) : undefined;
  const version = (kind === 'legacy' && recoverVersion(path, stats)) || (origin?.step === undefined ? 'n/a' : `step ${origin.step}`);
  return {
    ...{ kind, name, path, format: look.format, version, size, modified: stats.mtime.toISOString() },
    ...(look.base !== undefined && { base: look.base }),
    ...(origin && { parent: origin.parent }),
  };
}

/**
 * What a model's version was: Hugging Face's tools leave the commit of each file beside it; where the older `ilab` linked an OCI layout's
 * blobs, the manifest that they are of.
 */
function recoverVersion(path: string, stats: Stats): string | undefined {
  if (stats.isFile()) return shown(commitOfFile(path));
  return shown(commitOf(path) ?? readLinkFarm(path)?.manifest.digest);
}

function shown(revision: string | undefined): string | undefined {
  return revision && `@${revision.slice(revision.indexOf(':') + 1).slice(0, 12)}`;
}
