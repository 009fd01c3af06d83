import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Cache, Metadata, ModelProbe } from '@ilab/core';
import { createCache } from './fs-cache.ts';
import { createMetadata } from './fs-metadata.ts';
import { createProbe } from './fs-probe.ts';

/** Where the models are, and what paths of the user are relative to. */
export interface LocalStoreOptions {
  /** The models directory; need not exist. */
  readonly directory: string;
  readonly checkpointsDirectory: string;
  /** Read-only stores, searched after the own. One that is missing is offline, not an error. */
  readonly extraDirectories: readonly string[];
  readonly home: string;
  readonly cwd: string;
}

/** The cache and metadata ports on a file system. */
export interface LocalStore {
  readonly cache: Cache;
  readonly metadata: Metadata;
  readonly probe: ModelProbe;
}

export function createLocalStore({ home, cwd, ...options }: LocalStoreOptions): LocalStore {
  const directory = real(resolve(options.directory));
  return { cache: createCache({ ...options, directory }), metadata: createMetadata(directory), probe: createProbe({ home, cwd }) };
}

/** Paths that users give are compared with real ones, so the directory's own must be real too, also before it is there. */
function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(real(parent), basename(path));
  }
}
