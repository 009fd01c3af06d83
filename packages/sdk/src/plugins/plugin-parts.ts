import type { EngineManifest, RunnerManifest } from '@ilab/plugin-api';
import { ENGINE_KIND, RUNNER_KIND } from '../engines/part-kinds.ts';
import { partTable } from '../engines/part-table.ts';
import type { PluginPackage } from './plugin-package.ts';
import { type RegistryEntry, registryEntries } from './registry-table.ts';

/** What one package would bring: for whoever is about to add it. */
export interface PluginParts {
  readonly registries: readonly RegistryEntry[];
  readonly engines: readonly EngineManifest[];
  readonly runners: readonly RunnerManifest[];
  /** Why it can't be used; undefined when it can. */
  readonly problem?: string;
}

export function pluginParts(plugin: PluginPackage): PluginParts {
  const registries = registryEntries(plugin);
  const engines = partTable([plugin], ENGINE_KIND);
  const runners = partTable([plugin], RUNNER_KIND);
  const problem = registries.find(({ state }) => state !== 'ready')?.reason ?? [...engines.unusable, ...runners.unusable][0]?.reason;
  return {
    registries,
    engines: [...engines.usable.values()].map(({ manifest }) => manifest),
    runners: [...runners.usable.values()].map(({ manifest }) => manifest),
    ...(problem !== undefined && { problem }),
  };
}
