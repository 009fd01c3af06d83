import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type CallOptions, isIlabError, type ModelProbe } from '@ilab/core';
import { isMissing, storeError } from './fs-errors.ts';
import { type Look, lookAt } from './model-files.ts';

/** Looks at paths as the user writes them: absolute, relative to the working directory, under `~`. */
export function createProbe({ home, cwd }: { readonly home: string; readonly cwd: string }): ModelProbe {
  return {
    async probe(text, options) {
      const path = resolve(cwd, text === '~' || text.startsWith('~/') ? join(home, text.slice(1)) : text);
      try {
        const real = realpathSync(path);
        return { ...(await lookInside(path, lookAt(real), options)), path: real };
      } catch (error) {
        if (isMissing(error)) return { kind: 'missing', path };
        throw storeError(error, path);
      }
    },
  };
}

/** Names promise a model; its headers keep it or not. Parts of a split set are looked for beside the name that was given, also if that is a link. */
async function lookInside(path: string, look: Look, options: CallOptions): Promise<Look> {
  if (look.kind !== 'model') return look;
  const [{ ggufFacts, isGgufAdapter }, { readHeaders }] = await Promise.all([import('@ilab/formats'), import('./read-headers.ts')]);
  try {
    const { gguf } = await readHeaders(path, look, options);
    if (!gguf[0] || !isGgufAdapter(gguf[0])) return look;
    const { base } = ggufFacts(gguf);
    return { ...look, format: 'adapter', ...(base !== undefined && { base }) };
  } catch (error) {
    if (!isIlabError(error) || error.code !== 'E_NOT_A_MODEL') throw error;
    // Who named a file needs no file named.
    const { cause, details } = error;
    return { kind: 'not-a-model', reason: details?.['path'] === path && isIlabError(cause) ? cause.message : error.message };
  }
}
