import { join, resolve } from 'node:path';
import type { AnswerCache, Cache, DownloadTarget, Housekeeper, Metadata, ModelProbe, ModelReader, Relocation, Verifier } from '@ilab/core';
import { createAnswerCache } from './answer-cache.ts';
import { plainDirectory } from './destination/plain-directory.ts';
import { createCache } from './fs-cache.ts';
import { createMetadata } from './fs-metadata.ts';
import { createModelReader } from './fs-model-reader.ts';
import { createProbe } from './fs-probe.ts';
import { createHousekeeper } from './housekeeper.ts';
import { STORE } from './layout.ts';
import { createPlacedLog } from './placed-log.ts';
import { realPath } from './real-path.ts';
import { createRelocation } from './relocation/relocation.ts';
import { createSharingIndex } from './sharing-index.ts';
import { scanStore } from './store-items.ts';
import { createVerifier } from './verify/create-verifier.ts';

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

/** The ports of the store, on a file system. */
export interface LocalStore {
  readonly cache: Cache;
  readonly answers: AnswerCache;
  readonly metadata: Metadata;
  readonly probe: ModelProbe;
  readonly reader: ModelReader;
  readonly verifier: Verifier;
  readonly housekeeper: Housekeeper;
  /** Moves the models directory as a whole. */
  readonly relocation: Relocation;
  /** A directory of the user's as the target of a download. @throws IlabError E_USAGE when it is inside the store */
  destination(directory: string): DownloadTarget;
}

export function createLocalStore({ home, cwd, ...options }: LocalStoreOptions): LocalStore {
  const directories = { ...options, directory: realPath(options.directory) };
  const { directory } = directories;
  const index = createSharingIndex(() => scanStore(directories), createPlacedLog(join(directory, STORE, 'placed')));
  return {
    cache: createCache(directories),
    answers: createAnswerCache(directory),
    metadata: createMetadata(directory),
    probe: createProbe({ home, cwd }),
    reader: createModelReader(),
    verifier: createVerifier(directory),
    housekeeper: createHousekeeper(directory),
    relocation: createRelocation({ directory, locate: (path) => realPath(resolve(cwd, path)) }),
    destination: (path) => plainDirectory({ directory: realPath(resolve(cwd, path)), store: directory, index }),
  };
}
