import { realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type CallOptions, isIlabError, type ModelProbe } from '@ilab/core';
import type { GgufSplit } from '@ilab/formats';
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
        throw options.signal?.aborted ? error : storeError(error, path);
      }
    },
  };
}

/** Names promise a model; its headers keep it or not. Parts of a split set are looked for beside the name that was given, also if that is a link. */
async function lookInside(path: string, look: Look, options: CallOptions): Promise<Look> {
  if (look.kind !== 'model') return look;
  const [{ ggufFacts, ggufSplit, isGgufAdapter }, { readHeaders }] = await Promise.all([import('@ilab/formats'), import('./read-headers.ts')]);
  try {
    const { gguf } = await readHeaders(path, look, options);
    const misplaced = gguf.findIndex((header, place) => !standsRight(ggufSplit(header), { place, parts: gguf.length }));
    if (misplaced >= 0) return { kind: 'not-a-model', reason: `its header says that it is another part than part ${misplaced + 1} of ${gguf.length}.` };
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

/** What says nothing of its place is a file by itself, or was split by older tools. */
function standsRight(split: GgufSplit | undefined, { place, parts }: { readonly place: number; readonly parts: number }): boolean {
  return !split || (split.number === place && split.count === parts);
}
