import { join, resolve } from 'node:path';
import type { Outbox } from '@ilab/core';
import { listFiles } from './list-files.ts';
import { prepareFile, prepareFiles } from './prepare-file.ts';

/** Files of this machine on their way out; paths as users write them: absolute, relative to the working directory, under `~`. */
export function createOutbox({ home, cwd }: { readonly home: string; readonly cwd: string }): Outbox {
  return {
    list: (text, options) => listFiles(resolve(cwd, text === '~' || text.startsWith('~/') ? join(home, text.slice(1)) : text), options),
    prepare: prepareFile,
    prepareAll: prepareFiles,
  };
}
