import { moveStore } from '@ilab/core';
import type { Services } from './composition/services.ts';
import { createDirectorySetting } from './config/directory-setting.ts';
import type { LoadedSettings } from './config/setting.ts';
import type { Store } from './ilab.ts';

export interface StoreDeps {
  readonly loaded: LoadedSettings;
  /** The wired ports, made on first use. */
  readonly services: () => Promise<Services>;
}

/** The models directory as a whole. */
export function createStore({ loaded, services }: StoreDeps): Store {
  return {
    directory: loaded.models.dir,
    async planMove({ directory }, options = {}) {
      return (await services()).relocation.plan(directory, options);
    },
    async move(plan, options = {}) {
      const { relocation, progress, logger } = await services();
      return moveStore({ relocation, setting: createDirectorySetting(loaded), progress, logger }, plan, options);
    },
  };
}
