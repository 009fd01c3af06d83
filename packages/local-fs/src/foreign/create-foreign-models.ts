import { createHash } from 'node:crypto';
import { realpathSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { type ForeignModel, type ForeignModels, IlabError, type RefusedModel } from '@ilab/core';
import { huggingFaceCache, ollamaModels as ollamaPlaces, type Surroundings } from '../donors/places.ts';
import { isMissing, storeError } from '../fs-errors.ts';
import { hashFile } from '../hash-file.ts';
import { look } from '../inside.ts';
import { lookAt } from '../model-files.ts';
import { scanLegacy } from '../scan-unmanaged.ts';
import { modelAt } from './folder.ts';
import { huggingFaceModels, repositoryModels } from './hugging-face-models.ts';
import { ollamaModels } from './ollama-models.ts';

export interface ForeignOptions extends Surroundings {
  /** The models directory, where older tools left theirs too. */
  readonly directory: string;
  readonly cwd: string;
}

const INSTRUCTLAB = 'InstructLab';
const YOURS = 'your files';

/** Models outside the store on a file system. */
export function createForeignModels({ directory, cwd, ...surroundings }: ForeignOptions): ForeignModels {
  const sources = {
    huggingface: () => huggingFaceModels(huggingFaceCache(surroundings)),
    ollama: () => ollamaPlaces(surroundings).flatMap((models) => [...ollamaModels(models)]),
    instructlab: () => olderModels(directory),
  };
  return {
    async *of(tool, { signal }) {
      yield* unlessAborted(sources[tool](), signal);
    },

    async *at(text, { signal, any = false }) {
      const path = realPath(resolve(cwd, text.replace(/^~(?=$|\/)/, surroundings.home)));
      yield* unlessAborted(modelsAt(path, { any }), signal);
    },

    hash: (path, options) => hashFile(path, options),

    revisionOf(files) {
      const lines = files.map(({ path, sha256 }) => `${sha256}  ${path}\n`).sort((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1));
      return `sha256:${createHash('sha256').update(lines.join('')).digest('hex')}`;
    },
  };
}

function* olderModels(directory: string): Generator<ForeignModel | RefusedModel> {
  for (const { path, name } of scanLegacy(directory)) yield modelAt({ path, name, tool: INSTRUCTLAB });
}

/** A directory of another tool is known by what is in it. */
function modelsAt(path: string, { any }: { readonly any: boolean }): Iterable<ForeignModel | RefusedModel> {
  const snapshots = dirname(path);
  const repository = dirname(snapshots);
  if (basename(snapshots) === 'snapshots' && basename(repository).startsWith('models--')) {
    return [...repositoryModels(dirname(repository), basename(repository))].filter(({ from }) => basename(from) === basename(path));
  }
  if (basename(path).startsWith('models--')) return repositoryModels(dirname(path), basename(path));
  const names = new Set(look(path).map(({ name }) => name));
  if (names.has('manifests') && names.has('blobs')) return ollamaModels(path);
  if ([...names].some((name) => name.startsWith('models--'))) return huggingFaceModels(path);
  const found = lookAt(path);
  if (found.kind === 'model' || any) return [modelAt({ path, name: basename(path), tool: YOURS })];
  const older = [...olderModels(path)];
  if (older.length > 0) return older;
  throw new IlabError('E_NOT_A_MODEL', `${path} is not a model: ${found.reason}`, {
    hint: 'Name a model’s file or folder, or say --as REF to bring in whatever is there.',
  });
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (isMissing(error)) throw new IlabError('E_NOT_FOUND', `There is nothing at ${path}.`, { hint: 'Check the path.' });
    throw storeError(error, path);
  }
}

function* unlessAborted<T>(found: Iterable<T>, signal: AbortSignal | undefined): Generator<T> {
  for (const one of found) {
    signal?.throwIfAborted();
    yield one;
  }
}
