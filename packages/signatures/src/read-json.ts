import { parseUnambiguousJson } from '@ilab/core/adapter';
import { wrong } from './rejection.ts';

export type Json = Readonly<Record<string, unknown>>;

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Reads a JSON object that every reader reads the same. @throws Rejection */
export function readObject(bytes: Uint8Array, what: string): Json {
  try {
    const value = parseUnambiguousJson(decoder.decode(bytes));
    if (isObject(value)) return value;
  } catch (error) {
    throw wrong(`${what} is damaged: ${error instanceof Error ? error.message.slice(0, 200) : ''}.`);
  }
  throw wrong(`${what} is damaged: it is no JSON object.`);
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object of an object. @throws Rejection */
export function objectOf(json: Json, key: string): Json {
  const value = json[key];
  if (isObject(value)) return value;
  throw wrong(`it is damaged: “${key}” is missing or no object.`);
}

/** Text of an object. @throws Rejection */
export function textOf(json: Json, key: string): string {
  const value = json[key];
  if (typeof value === 'string') return value;
  throw wrong(`it is damaged: “${key}” is missing or no text.`);
}

/** A list of an object. @throws Rejection */
export function listOf(json: Json, key: string): readonly unknown[] {
  const value = json[key];
  if (Array.isArray(value)) return value;
  throw wrong(`it is damaged: “${key}” is missing or no list.`);
}

/** Bytes of an object, as base64 with nothing that decoders disagree about. @throws Rejection */
export function bytesOf(json: Json, key: string): Buffer {
  const text = textOf(json, key);
  const bytes = Buffer.from(text, 'base64');
  if (bytes.length > 0 && bytes.toString('base64') === text) return bytes;
  throw wrong(`it is damaged: “${key}” is not base64.`);
}
