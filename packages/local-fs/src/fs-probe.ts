import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { ModelProbe } from '@ilab/core';
import { isMissing, storeError } from './fs-errors.ts';
import { lookAt } from './model-files.ts';

/** Looks at paths as the user writes them: absolute, relative to the working directory, under `~`. */
export function createProbe({ home, cwd }: { readonly home: string; readonly cwd: string }): ModelProbe {
  return {
    async probe(text) {
      const path = resolve(cwd, text === '~' || text.startsWith('~/') ? join(home, text.slice(1)) : text);
      try {
        const real = realpathSync(path);
        return { ...lookAt(real), path: real };
      } catch (error) {
        if (isMissing(error)) return { kind: 'missing', path };
        throw storeError(error, path);
      }
    },
  };
}
