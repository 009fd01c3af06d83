import type { CarrierManifest, CommandManifest, DonorManifest, EngineManifest, RunnerManifest, VerifierManifest } from '@ilab/plugin-api';
import { carrierTable } from '../carriers/carrier-table.ts';
import { DONOR_KIND, ENGINE_KIND, RUNNER_KIND, VERIFIER_KIND } from '../engines/part-kinds.ts';
import { partTable } from '../engines/part-table.ts';
import { checkManifest } from './check-manifest.ts';
import type { PluginPackage } from './plugin-package.ts';
import { type RegistryEntry, registryTable } from './registry-table.ts';

/** What one package would bring: for whoever is about to add it. */
export interface PluginParts {
  readonly registries: readonly RegistryEntry[];
  readonly engines: readonly EngineManifest[];
  readonly runners: readonly RunnerManifest[];
  readonly verifiers: readonly VerifierManifest[];
  readonly donors: readonly DonorManifest[];
  readonly carriers: readonly CarrierManifest[];
  /** Run in processes of their own. */
  readonly apart: readonly CommandManifest[];
  /** Why it can't be used; undefined when it can. */
  readonly problem?: string;
}

/** @param others plugins that are there already: what is theirs stays so */
export function pluginParts(plugin: PluginPackage, others: readonly PluginPackage[] = []): PluginParts {
  const all = [...others.filter(({ name }) => name !== plugin.name), plugin];
  const isIts = (one: { readonly plugin: PluginPackage }): boolean => one.plugin === plugin;
  const registries = registryTable(all).entries.filter((entry) => entry.plugin === plugin.name);
  const engines = partTable(all, ENGINE_KIND);
  const runners = partTable(all, RUNNER_KIND);
  const verifiers = partTable(all, VERIFIER_KIND);
  const donors = partTable(all, DONOR_KIND);
  const carriers = carrierTable(all);
  const checked = checkManifest(plugin);
  const unusable = [...engines.unusable, ...runners.unusable, ...verifiers.unusable, ...donors.unusable, ...carriers.unusable];
  const problem =
    registries.find(({ state }) => state !== 'ready')?.reason ?? unusable.find(isIts)?.reason ?? (checked.state === 'invalid' ? checked.reason : undefined);
  return {
    registries,
    engines: [...engines.usable.values()].filter(isIts).map(({ manifest }) => manifest),
    runners: [...runners.usable.values()].filter(isIts).map(({ manifest }) => manifest),
    verifiers: [...verifiers.usable.values()].filter(isIts).map(({ manifest }) => manifest),
    donors: [...donors.usable.values()].filter(isIts).map(({ manifest }) => manifest),
    carriers: carriers.usable.filter(isIts).map(({ manifest }) => manifest),
    apart: checked.state === 'valid' ? checked.commands : [],
    ...(problem !== undefined && { problem }),
  };
}

/** What a plugin brings beside sources, as each is called: engines, runners, verifiers, donors, carriers, and commands that it declares. */
export function partNames({ engines, runners, verifiers, donors, carriers, apart }: Omit<PluginParts, 'registries' | 'problem'>): readonly string[] {
  return [
    ...engines.map(({ engine }) => engine),
    ...runners.map(({ runner }) => runner),
    ...verifiers.map(({ verifier }) => verifier),
    ...donors.map(({ donor }) => donor),
    ...carriers.map(({ carrier }) => carrier),
    ...apart.map(({ command }) => command),
  ];
}
