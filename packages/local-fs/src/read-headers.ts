import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type CallOptions, IlabError, isIlabError } from '@ilab/core/adapter';
import { type ByteSource, type GgufHeader, readGguf, readSafetensors, readSafetensorsIndex, type SafetensorsHeader } from '@ilab/formats';
import { type Look, splitSet } from './model-files.ts';
import { withSource } from './open-source.ts';

/** Headers of all files that hold a model’s weights; none where they are pickled, which nothing here reads. */
export interface Headers {
  readonly gguf: readonly GgufHeader[];
  readonly safetensors: readonly SafetensorsHeader[];
}

const INDEX = 'model.safetensors.index.json';

/**
 * Reads the headers of what was found at a path, and no weights.
 * @throws IlabError E_NOT_A_MODEL, naming the file and what is wrong with it
 */
export async function readHeaders(path: string, look: Extract<Look, { kind: 'model' }>, options: CallOptions): Promise<Headers> {
  if (look.format === 'gguf') return { gguf: await readGgufs(ggufFiles(path, look.files), options), safetensors: [] };
  return { gguf: [], safetensors: await readShards(path, look.files, options) };
}

function ggufFiles(path: string, files: readonly string[]): readonly string[] {
  if (files.length > 0) return files.filter((name) => name.endsWith('.gguf') && !/^mmproj/i.test(name)).map((name) => join(path, name));
  return splitSet(basename(path))?.map((name) => join(dirname(path), name)) ?? [path];
}

async function readGgufs(paths: readonly string[], { signal }: CallOptions): Promise<readonly GgufHeader[]> {
  const headers: GgufHeader[] = [];
  for (const path of paths) {
    signal?.throwIfAborted();
    headers.push(await readFile(path, readGguf));
  }
  return headers;
}

async function readShards(directory: string, files: readonly string[], { signal }: CallOptions): Promise<readonly SafetensorsHeader[]> {
  const index = files.includes(INDEX) ? await readFile(join(directory, INDEX), readSafetensorsIndex) : undefined;
  const headers: SafetensorsHeader[] = [];
  for (const name of index?.keys() ?? wholeFiles(files)) {
    signal?.throwIfAborted();
    const header = await readFile(join(directory, name), readSafetensors);
    const here = new Set(header.tensors.map((tensor) => tensor.name));
    const missing = index?.get(name)?.find((tensor) => !here.has(tensor));
    if (missing !== undefined) throw wrong(join(directory, name), `it lacks the tensor ${missing}, which ${INDEX} says it holds.`);
    headers.push(header);
  }
  return headers;
}

/** Without an index: the one file that loaders look for, or all there are. */
function wholeFiles(files: readonly string[]): readonly string[] {
  const usual = ['adapter_model.safetensors', 'model.safetensors'].find((name) => files.includes(name));
  return usual === undefined ? files.filter((name) => name.endsWith('.safetensors')) : [usual];
}

async function readFile<T>(path: string, read: (source: ByteSource) => Promise<T>): Promise<T> {
  if (!existsSync(path)) throw wrong(path, 'it is missing.');
  try {
    return await withSource(path, read);
  } catch (error) {
    throw isIlabError(error) ? wrong(path, error.message, error) : error;
  }
}

function wrong(path: string, what: string, cause?: unknown): IlabError {
  return new IlabError('E_NOT_A_MODEL', `${basename(path)}: ${what}`, {
    hint: 'Fetch it again from where it came from.',
    details: { path },
    ...(cause !== undefined && { cause }),
  });
}
