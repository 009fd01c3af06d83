import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Check } from '../check.ts';
import { trackedFiles } from '../repository.ts';

/** What must not be in what others read: where somebody's checkout is, and whose registry it was installed from. */
const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/\/(?:home|Users)\/(?!user\/)[a-z][\w-]*\/(?!\.\.)/, 'a home directory'],
  [/(?<![\w.])\/(?:work|root)\/\w/, 'a path of one machine'],
  [/npmj[s]\.|proxy\.golan[g]|pyp[i]\.org|unpk[g]\./, 'the host of a package registry'],
  [/^\s+(?:"resolved"|tarball):\s/m, 'the address of a package registry'],
];

export const trackedText: Check = {
  name: 'tracked text',
  async run(root) {
    const files = (await trackedFiles(root)).filter((path) => /\.(?:ts|mjs|js|json|ya?ml|md|sh)$|^\.ci\//.test(path) && !path.endsWith('tracked-text.test.ts'));
    return files.flatMap((path) => {
      const text = readFileSync(join(root, path), 'utf8');
      return FORBIDDEN.filter(([pattern]) => pattern.test(text)).map(([, what]) => `${path} holds ${what}`);
    });
  },
};
