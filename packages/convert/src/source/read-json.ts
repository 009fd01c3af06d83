import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { refused } from '../refused.ts';

export type JsonObject = Readonly<Record<string, unknown>>;

/** Tokenizers of large vocabularies have some ten MB. */
const LARGEST = 256 * 1024 * 1024;

/** @returns undefined where it is not there; @throws IlabError E_NOT_A_MODEL */
export async function readJson(directory: string, name: string): Promise<JsonObject | undefined> {
  const path = join(directory, name);
  const size = await stat(path).then(
    (file) => file.size,
    () => undefined,
  );
  if (size === undefined) return undefined;
  if (size > LARGEST) throw refused(`${name} has more than ${LARGEST} bytes`);
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    if (isObject(value)) return value;
  } catch {
    // Said below, as for all that is no object.
  }
  throw refused(`${name} is no JSON object`);
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
