import type { Cache, ModelSettings, Prompt, ResolverDeps, SourceManifest } from '@ilab/core';
import { createListing, createProbe } from '@ilab/local-fs';
import type { Services } from './services.ts';
import type { Environment } from './tokens.ts';

/** The store for whoever only looks, wired by hand: the container takes longer to load than a hundred snapshots take to list. */
export function createInventory({ dir, checkpointsDir, extraDirs }: ModelSettings): Pick<Cache, 'directory' | 'listing'> {
  return createListing({ directory: dir, checkpointsDirectory: checkpointsDir, extraDirectories: extraDirs });
}

export interface FinderDeps {
  readonly settings: ModelSettings;
  readonly environment: Environment;
  readonly manifests: readonly SourceManifest[];
  readonly prompt: Prompt;
  /** The wired ports, for what is seldom asked. */
  readonly services: () => Promise<Services>;
}

/** What the resolver needs to find what is here, wired by hand as {@link createInventory} is; the rest is wired when it is asked. */
export function createFinder({ settings, environment, manifests, prompt, services }: FinderDeps): ResolverDeps {
  const owner: Cache['owner'] = async (path, options) => (await services()).cache.owner(path, options);
  return {
    registries: { manifests },
    cache: { ...createInventory(settings), owner },
    probe: createProbe(environment),
    prompt,
    settings,
    shortNames: {
      find: async (name, options) => (await services()).shortNames.find(name, options),
      rules: async (options) => (await services()).shortNames.rules(options),
      record: async (name, target, options) => (await services()).shortNames.record(name, target, options),
    },
  };
}
