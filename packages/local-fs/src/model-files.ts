import { closeSync, existsSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ModelFormat, redact } from '@ilab/core';

/** What a directory or file is, without a path yet. */
export type Look =
  | { readonly kind: 'model'; readonly format: ModelFormat; readonly files: readonly string[]; readonly base?: string }
  | { readonly kind: 'not-a-model'; readonly reason: string };

const MODEL_CONFIGS = ['config.json', 'adapter_config.json'];
const MAX_JSON = 32 * 1024 * 1024;
const SPLIT = /^(.*)-(\d{5})-of-(\d{5})\.gguf$/;

/** Tells whether a file or directory is a model, by what is in it and not by its name. Reads little, whatever its size. */
export function lookAt(path: string): Look {
  const stats = statSync(path);
  if (stats.isFile()) return lookAtFile(path);
  if (!stats.isDirectory()) return no('it is neither a file nor a directory.');
  const names = readdirSync(path).sort();
  if (names.includes('adapter_config.json')) return lookAtAdapter(path, names);
  const gguf = names.filter((name) => name.endsWith('.gguf') && isGguf(join(path, name)));
  if (names.includes('config.json') && names.some((name) => name.endsWith('.safetensors'))) return lookAtSafetensors(path, names);
  if (gguf.length > 0) return lookAtGgufs(gguf);
  const pickled = names.find((name) => name.endsWith('.bin'));
  if (names.includes('config.json') && pickled !== undefined)
    return no(`its weights are pickled (${pickled}): loading them runs the code in them. Convert them to safetensors.`);
  if (names.includes('config.json')) return no('it has no safetensors files.');
  return no(`it has no config.json and no GGUF file${describeInside(path)}.`);
}

const NAMED = 5;

/** Which folders look like models in one that does not: there to be named, and never chosen among. */
function describeInside(path: string): string {
  const folders = readdirSync(path, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && MODEL_CONFIGS.some((name) => existsSync(join(path, entry.name, name))))
    .map(({ name }) => redact(name))
    .sort();
  if (folders.length === 0) return '';
  return `, but ${folders.slice(0, NAMED).join(', ')}${folders.length > NAMED ? ` and ${folders.length - NAMED} more` : ''} in it may be ${folders.length === 1 ? 'one' : 'some'}`;
}

function lookAtFile(path: string): Look {
  if (isGguf(path)) return { kind: 'model', format: 'gguf', files: [] };
  return no('the file lacks the GGUF magic.');
}

/** The names of all parts of a split set, of which one is given; undefined when it is a file by itself. */
export function splitSet(name: string): readonly string[] | undefined {
  const split = SPLIT.exec(name);
  const count = Number(split?.[3]);
  if (!split || count === 0) return undefined;
  return Array.from({ length: count }, (_, index) => `${split[1]}-${String(index + 1).padStart(5, '0')}-of-${split[3]}.gguf`);
}

/** The first four bytes, and a version that exists (GGUF specification, “File Structure”). */
function isGguf(path: string): boolean {
  // Before it is opened: it may be a directory, a pipe that nobody writes to, or a link to nowhere.
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return false;
  const head = Buffer.alloc(8);
  const file = openSync(path, 'r');
  try {
    if (readSync(file, head, 0, 8, 0) < 8) return false;
  } finally {
    closeSync(file);
  }
  const version = head.readUInt32LE(4);
  return head.toString('latin1', 0, 4) === 'GGUF' && version >= 1 && version <= 16;
}

function lookAtGgufs(names: readonly string[]): Look {
  const models = names.filter((name) => !/^mmproj/i.test(name));
  const [first] = models;
  if (first === undefined) return no('it has only a projector, no model.');
  const expected = splitSet(first);
  if (!expected) return models.length === 1 ? { kind: 'model', format: 'gguf', files: names } : no(`it has ${models.length} GGUF files; name one of them.`);
  const missing = expected.find((name) => !models.includes(name));
  if (missing !== undefined) return no(`the shard ${missing} is missing.`);
  return models.length === expected.length ? { kind: 'model', format: 'gguf', files: names } : no('it has several GGUF models; name one of them.');
}

function lookAtSafetensors(path: string, names: readonly string[]): Look {
  const index = readSmallJson(join(path, 'model.safetensors.index.json'));
  const map = index?.['weight_map'];
  const shards = typeof map === 'object' && map !== null ? [...new Set(Object.values(map))] : [];
  const missing = shards.find((shard) => typeof shard !== 'string' || !names.includes(shard));
  if (missing !== undefined) return no(`the shard ${String(missing)} is missing.`);
  return { kind: 'model', format: 'safetensors', files: names };
}

function lookAtAdapter(path: string, names: readonly string[]): Look {
  if (!names.some((name) => /^adapter_model\.(?:safetensors|bin)$/.test(name))) return no('it has an adapter_config.json and no adapter_model.safetensors.');
  const base = adapterBase(path);
  return { kind: 'model', format: 'adapter', files: names, ...(base !== undefined && { base }) };
}

/** The base model that an adapter’s configuration names, as it names it. */
export function adapterBase(directory: string): string | undefined {
  const base = readSmallJson(join(directory, 'adapter_config.json'))?.['base_model_name_or_path'];
  return typeof base === 'string' && base !== '' ? redact(base.slice(0, 200)) : undefined;
}

/** Reads a JSON object; undefined when it is none, too large, or not there. */
export function readSmallJson(path: string): Readonly<Record<string, unknown>> | undefined {
  try {
    if (statSync(path).size > MAX_JSON) return undefined;
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function no(reason: string): Look {
  return { kind: 'not-a-model', reason };
}
