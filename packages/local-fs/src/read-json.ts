import { readFileSync } from 'node:fs';
import { isMissing } from './fs-errors.ts';

export type Json = Readonly<Record<string, unknown>>;

/** Reads a JSON object; undefined when there is no such file. @throws Error when it is torn or no object */
export function readJson(path: string): Json | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  const value: unknown = JSON.parse(text);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Json;
  throw new Error('no JSON object');
}
