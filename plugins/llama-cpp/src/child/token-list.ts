import type { Token } from './llama.ts';
import type { Loaded } from './load.ts';

/** Whether it is a list of tokens that the model has: native code looks none up that it hasn't, and ends the process over it. */
export function isTokens(value: unknown, { vocabulary }: Pick<Loaded, 'vocabulary'>): value is readonly Token[] {
  return Array.isArray(value) && value.every((token) => Number.isSafeInteger(token) && token >= 0 && token < vocabulary);
}
