import { isScalar } from 'yaml';

/** A key as it is written; the library has a symbol for `<<`. */
export function keyName(key: unknown): string {
  const value = isScalar(key) ? key.value : key;
  return typeof value === 'symbol' ? (value.description ?? '') : String(value);
}
