import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EXIT_CODES } from '@ilab/core';
import type { Check } from '../check.ts';

const PAGE = 'docs/error-codes.md';

/** Every code is explained in the documentation, with its exit code, and nothing else is. */
export const errorCodes: Check = {
  name: 'error codes',
  async run(root) {
    const page = readFileSync(join(root, PAGE), 'utf8');
    const explained = new Map([...page.matchAll(/^\| `(E_[A-Z_]+)` \| (\d+) \|/gm)].map(([, code = '', exit]) => [code, Number(exit)]));
    const codes = new Map<string, number>(Object.entries(EXIT_CODES));
    return [...new Set([...codes.keys(), ...explained.keys()])]
      .filter((code) => codes.get(code) !== explained.get(code))
      .map(
        (code) =>
          `${PAGE}: ${code} is ${explained.has(code) ? `explained with exit code ${explained.get(code)}` : 'missing'}; the code says ${codes.get(code) ?? 'nothing of it'}`,
      );
  },
};
