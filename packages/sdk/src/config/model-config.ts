import type { RegistrySettings } from '@ilab/core';
import { expandVariables } from './expand-variables.ts';
import type { Config } from './schema/config-schema.ts';

type ModelConfig = NonNullable<Config['models']>;

/** What each alias stands for, in both of the forms in which it is written. */
export function aliasTargets(aliases: NonNullable<ModelConfig['aliases']>, env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(aliases).map(([name, target]) => [name, expandVariables(typeof target === 'string' ? target : target.model, env)]));
}

/** Registries by their hosts, which are told apart without case. */
export function registrySettings(registries: NonNullable<ModelConfig['registries']>): Record<string, RegistrySettings> {
  return Object.fromEntries(
    Object.entries(registries).map(([host, { insecure, mirrors, ca, source }]) => [
      host.toLowerCase(),
      {
        ...(typeof insecure === 'boolean' && { insecure }),
        ...(Array.isArray(mirrors) && { mirrors }),
        ...(typeof ca === 'string' && { ca }),
        ...(typeof source === 'string' && { source }),
      },
    ]),
  );
}
