import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import type { Cache, DownloadTarget, Metadata, ModelProbe } from '@ilab/core';
import { plainDirectory } from './destination/plain-directory.ts';
import { createCache } from './fs-cache.ts';
import { createMetadata } from './fs-metadata.ts';
import { createProbe } from './fs-probe.ts';
import { STORE } from './layout.ts';
import { createPlacedLog } from './placed-log.ts';
import { scanRepositories } from './scan-repositories.ts';
import { createSharingIndex, type SharingIndex } from './sharing-index.ts';

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
  /** A directory of the user's as the target of a download. @throws IlabError E_USAGE when it is inside the store */
  destination(directory: string): DownloadTarget;
}

export function createLocalStore({ home, cwd, ...options }: LocalStoreOptions): LocalStore {
  const directory = real(resolve(options.directory));
  return {
    cache: createCache({ ...options, directory }),
    metadata: createMetadata(directory),
    probe: createProbe({ home, cwd }),
    destination: (path) => plainDirectory({ directory: real(resolve(cwd, path)), store: directory, index: sharingIndex(directory, options.extraDirectories) }),
  };
}

function sharingIndex(directory: string, extraDirectories: readonly string[]): SharingIndex {
  return createSharingIndex(
    function* () {
      yield* scanRepositories(directory, 'own');
      for (const extra of extraDirectories) yield* scanRepositories(extra, 'extra');
    },
    createPlacedLog(join(directory, STORE, 'placed')),
  );
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
