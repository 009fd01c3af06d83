import type { CarrierManifest, CommandManifest, DonorManifest, EngineManifest, RegistryManifest, RunnerManifest, VerifierManifest } from '@ilab/plugin-api';
import { carrierProblem } from '../carriers/carrier-problem.ts';
import { donorProblem } from '../donors/donor-problem.ts';
import { apiVersionProblem } from './apart/api-version.ts';
import { commandProblem } from './command-problem.ts';
import { engineProblem, runnerProblem } from './engine-problem.ts';
import type { PluginPackage } from './plugin-package.ts';
import { registryProblem } from './registry-problem.ts';
import { isRecord } from './values.ts';
import { verifierProblem } from '../verifiers/verifier-problem.ts';

/** What a package's metadata amounts to. */
export type CheckedManifest =
  | {
      readonly state: 'valid';
      readonly registries: readonly RegistryManifest[];
      readonly engines: readonly EngineManifest[];
      readonly runners: readonly RunnerManifest[];
      readonly verifiers: readonly VerifierManifest[];
      readonly donors: readonly DonorManifest[];
      readonly carriers: readonly CarrierManifest[];
      readonly commands: readonly CommandManifest[];
    }
  | { readonly state: 'invalid'; readonly reason: string };

/** Parts that a plugin can have, and what can be wrong with one. */
const PARTS = {
  registries: registryProblem,
  engines: engineProblem,
  runners: runnerProblem,
  verifiers: verifierProblem,
  donors: donorProblem,
  carriers: carrierProblem,
  commands: commandProblem,
} as const;

/** By the metadata: each kind of part asks for all plugins, and patterns take a while to check. */
const known = new WeakMap<object, CheckedManifest>();

/** Checks a plugin's metadata as what it is: text of somebody else. Nothing is imported. The same object is checked once, and MUST not be changed. */
export function checkManifest({ manifest }: Pick<PluginPackage, 'manifest'>): CheckedManifest {
  if (!isRecord(manifest)) return invalid('its package.json has no “ilab” block');
  const checked = known.get(manifest) ?? check(manifest);
  known.set(manifest, checked);
  return checked;
}

function check(manifest: Readonly<Record<string, unknown>>): CheckedManifest {
  const problem = apiVersionProblem(manifest['apiVersion']);
  if (problem !== undefined) return invalid(problem);
  for (const [part, problemOf] of Object.entries(PARTS)) {
    const list = manifest[part] ?? [];
    if (!Array.isArray(list)) return invalid(`“ilab.${part}” is no list`);
    for (const entry of list) {
      const wrong = isRecord(entry) ? problemOf(entry) : `an entry of “ilab.${part}” is no object`;
      if (wrong !== undefined) return invalid(wrong);
    }
  }
  const {
    registries = [],
    engines = [],
    runners = [],
    verifiers = [],
    donors = [],
    carriers = [],
    commands = [],
  } = manifest as Partial<CheckedManifest & { state: 'valid' }>;
  return { state: 'valid', registries, engines, runners, verifiers, donors, carriers, commands };
}

function invalid(reason: string): CheckedManifest {
  return { state: 'invalid', reason };
}
