import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';

const LARGEST = 8 * 1024 * 1024;

/** A JSON object of a model's folder; empty when it is none, or too large to be one. */
export async function readConfig(folder: string, name: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const path = join(folder, name);
    if ((await stat(path)).size > LARGEST) return {};
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
