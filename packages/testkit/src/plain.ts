import { expect } from 'vitest';

/** Equal in type too: a class instance comes out of a clone as something else. */
export function expectPlain(value: unknown): void {
  expect(structuredClone(value)).toStrictEqual(value);
}
