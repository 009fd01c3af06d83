import { createHash } from 'node:crypto';
import { redact } from '@ilab/core/adapter';

const LONGEST = 200;

export type Json = Readonly<Record<string, unknown>>;

/** Somebody else’s text as a label: short, on one line, and nothing that steers a terminal. */
export function label(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const text = redact(value.slice(0, LONGEST).trim());
  return text === '' ? undefined : text;
}

/** A count that makes sense: whole and positive. */
export function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Leaves out what is not known. */
export function known<T extends object>(fields: { readonly [K in keyof T]: T[K] | undefined }): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}
