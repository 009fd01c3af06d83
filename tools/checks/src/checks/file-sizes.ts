import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../check.ts';
import { trackedFiles } from '../repository.ts';

/** Lines at which a file is to be looked at again, and what the median must stay under. */
const MOST = 250;
const MEDIAN = 90;

export const fileSizes: Check = {
  name: 'file sizes',
  async run(root) {
    const sources = (await trackedFiles(root)).filter((path) => /^(?:packages|plugins|tools)\/.*\.(?:ts|mjs|js)$/.test(path));
    const lines = sources.map((path) => ({ path, count: readFileSync(join(root, path), 'utf8').split('\n').length }));
    const sorted = lines.map(({ count }) => count).sort((a, b) => a - b);
    const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
    return [
      ...lines.filter(({ count }) => count > MOST).map(({ path, count }) => `${path} has ${count} lines`),
      ...(median > MEDIAN ? [`the median file has ${median} lines`] : []),
    ];
  },
};
