import type { Entry } from './collection.ts';

/** A passage, and how near it is to what was asked: 1 for the same. */
export interface FoundPassage extends Pick<Entry, 'document' | 'heading' | 'text'> {
  readonly nearness: number;
}

/** The nearest passages, the nearest first. Both sides have length 1. */
export function nearest(entries: readonly Entry[], question: Float32Array, most: number): readonly FoundPassage[] {
  return entries
    .map(({ document, heading, text, vector }) => ({ document, heading, text, nearness: product(vector, question) }))
    .sort((a, b) => b.nearness - a.nearness)
    .slice(0, most);
}

function product(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let index = 0; index < a.length; index++) sum += (a[index] ?? 0) * (b[index] ?? 0);
  return sum;
}
