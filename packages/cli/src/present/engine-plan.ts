import type { EnginePlan } from '@ilab/sdk';
import { printable } from './printable.ts';
import { formatBytes } from './units.ts';

/** What runs a model, why, and what memory that takes. */
export function presentPlan({ engine, because, memory }: EnginePlan): string {
  const needs = memory && ` It takes about ${formatBytes(memory.weights + memory.cache + memory.rest)} of memory.`;
  return `Running it with ${engine}. ${printable(because)}${needs ?? ''}`;
}
