import type { ModelReader } from '@ilab/core/adapter';
import { storeError } from './fs-errors.ts';

/** Reads models where they are. Its code is loaded when it is first asked: lists and names need none of it. */
export function createModelReader(): ModelReader {
  return {
    async facts(path, options) {
      const { readFacts } = await import('./read-facts.ts');
      return orStoreError(path, () => readFacts(path, options));
    },
    async code(path) {
      const { findCode } = await import('./find-code.ts');
      return orStoreError(path, () => findCode(path));
    },
  };
}

async function orStoreError<T>(path: string, work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw storeError(error, path);
  }
}
