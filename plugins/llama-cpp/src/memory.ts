import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { EngineContext, EngineRequest, MemoryNeed } from '@ilab/plugin-api';
import { modelFile, modelFiles } from './model-file.ts';

/** Of a header, as much as memory depends on; each a number, or a list with one for each layer. */
interface Shape {
  readonly layers: number;
  readonly embedding: number;
  readonly heads: number;
  readonly keyHeads: readonly number[];
  readonly keyLength: number;
  readonly valueLength: number;
  readonly trained: number;
  readonly vocabulary: number;
}

/** The process with the library loaded and nothing in it: 135 to 160 MiB resident, of which 110 remain where Node’s own pages are shared (measured). */
const PROCESS = 145 * 1024 * 1024;
/** Keys and values are 16-bit floats, unless somebody says otherwise. */
const CACHE_BYTES = 2;
/** Tokens that are computed at once at most; logits are kept for each conversation. */
const BATCH = 512;
/** As in the child. */
const USUAL_CONTEXT = 4096;

/** What a model will take, from its header; undefined where the header can't be read. */
export async function memoryNeed({ packages }: EngineContext, { model, contextLength, slots = 1 }: EngineRequest): Promise<MemoryNeed | undefined> {
  const weights = (await Promise.all(modelFiles(model).map(async (file) => (await stat(file)).size))).reduce((sum, size) => sum + size, 0);
  const shape = packages === undefined ? undefined : await readShape(packages, modelFile(model));
  if (!shape) return undefined;
  const length = Math.ceil(Math.max(256, contextLength ?? Math.min(shape.trained, USUAL_CONTEXT)) / 256) * 256;
  const contexts = 1 + model.adapters.length;
  const perToken = shape.keyHeads.reduce((sum, heads) => sum + heads * (shape.keyLength + shape.valueLength) * CACHE_BYTES, 0);
  const logits = shape.vocabulary * 4 * slots;
  const buffers = BATCH * shape.embedding * 4 * 6 + logits;
  return { weights, cache: perToken * length * slots * contexts, rest: PROCESS + buffers * contexts };
}

async function readShape(packages: string, path: string): Promise<Shape | undefined> {
  try {
    const { readGgufFileInfo } = (await import(pathToFileURL(join(packages, 'node_modules/node-llama-cpp/dist/index.js')).href)) as {
      readGgufFileInfo(path: string, options: object): Promise<{ readonly architectureMetadata: object; readonly metadata: object }>;
    };
    const { architectureMetadata, metadata } = await readGgufFileInfo(path, { sourceType: 'filesystem', readTensorInfo: false, logWarnings: false });
    return shapeOf(architectureMetadata as Readonly<Record<string, unknown>>, metadata as Readonly<Record<string, unknown>>);
  } catch {
    return undefined;
  }
}

function shapeOf(architecture: Readonly<Record<string, unknown>>, metadata: Readonly<Record<string, unknown>>): Shape | undefined {
  const attention = recordOf(architecture['attention']);
  const layers = numberOf(architecture['block_count']);
  const embedding = numberOf(architecture['embedding_length']);
  const heads = numberOf(listOf(attention['head_count'])[0]);
  if (!layers || !embedding || !heads || layers > 10_000) return undefined;
  const keyHeads = listOf(attention['head_count_kv'] ?? heads).map((count) => numberOf(count) ?? heads);
  const tokens = recordOf(recordOf(metadata['tokenizer'])['ggml'])['tokens'];
  return {
    ...{ layers, embedding, heads },
    keyHeads: keyHeads.length === layers ? keyHeads : Array.from({ length: layers }, () => keyHeads[0] ?? heads),
    keyLength: numberOf(attention['key_length']) ?? embedding / heads,
    valueLength: numberOf(attention['value_length']) ?? embedding / heads,
    trained: numberOf(architecture['context_length']) ?? USUAL_CONTEXT,
    vocabulary: numberOf(architecture['vocab_size']) ?? (Array.isArray(tokens) ? tokens.length : 0),
  };
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === 'bigint' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : undefined;
}
