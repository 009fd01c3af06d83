import type { CallOptions, ModelReader } from '@ilab/core/adapter';
import { storeError } from './fs-errors.ts';

/** Reads models where they are. Its code is loaded when it is first asked: lists and names need none of it. */
export function createModelReader(): ModelReader {
  return {
    async facts(path, options) {
      const { readFacts } = await import('./read-facts.ts');
      return orStoreError(() => readFacts(path, options), { path, options });
    },
    async code(path, options) {
      const { findCode } = await import('./find-code.ts');
      return orStoreError(() => findCode(path), { path, options });
    },
  };
}

async function orStoreError<T>(work: () => T | Promise<T>, { path, options }: { readonly path: string; readonly options: CallOptions }): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw options.signal?.aborted ? error : storeError(error, path);
  }
}
