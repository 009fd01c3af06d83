import { relative } from 'node:path';
import type { FoundPassage } from '../rag/find-passages.ts';
import { printable } from './printable.ts';

/** Where an answer may come from: `[1] docs/serving.md, Serving › Limits`. */
export function presentSources(passages: readonly Pick<FoundPassage, 'document' | 'heading'>[], folder: string): string {
  return passages
    .map(({ document, heading }, index) => printable(`[${index + 1}] ${[near(document, folder), heading.join(' › ')].filter(Boolean).join(', ')}`))
    .join('\n');
}

function near(path: string, folder: string): string {
  const short = relative(folder, path);
  return short === '' || short.startsWith('..') ? path : short;
}
