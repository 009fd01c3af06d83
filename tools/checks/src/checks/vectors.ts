import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../check.ts';

const FOLDER = 'packages/core/vectors';

/** The executable cases are agreed on elsewhere; a copy that was touched here proves nothing. `SHA256SUMS` changes with a new agreement only. */
export const vectors: Check = {
  name: 'vectors',
  async run(root) {
    const sums = new Map(
      readFileSync(join(root, FOLDER, 'SHA256SUMS'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => [line.slice(66), line.slice(0, 64)]),
    );
    const here = readdirSync(join(root, FOLDER)).filter((name) => name.endsWith('.json'));
    return [...new Set([...here, ...sums.keys()])]
      .filter((name) => !here.includes(name) || sums.get(name) !== sha256(join(root, FOLDER, name)))
      .map((name) => `${FOLDER}/${name} is not the agreed one`);
  },
};

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
