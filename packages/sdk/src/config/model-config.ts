import type { CarrierSettings, ModelSettings, RegistrySettings } from '@ilab/core';
import type { SettingChooser } from './choose-setting.ts';
import { expandVariables } from './expand-variables.ts';
import type { ConfigFile } from './read-config.ts';
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

/** Carriers by their names; hosts are told apart without case. */
export function carrierSettings(carriers: NonNullable<ModelConfig['carriers']>): Record<string, CarrierSettings> {
  return Object.fromEntries(
    Object.entries(carriers).map(([name, { address, trusted_hosts: hosts }]) => [
      name,
      { ...(typeof address === 'string' && { address }), ...(Array.isArray(hosts) && { trustedHosts: hosts.map((host) => host.toLowerCase()) }) },
    ]),
  );
}

/** Where each alias is written, as `file:line`. */
export function aliasOrigins({ path, config, parsed }: ConfigFile): Record<string, string> {
  const names = Object.keys(config.models?.aliases ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const line = parsed?.positionOf(['models', 'aliases', name])?.line;
      return [name, line === undefined ? path : `${path}:${line}`];
    }),
  );
}

/** What is written of short names; the defaults are only shown, for other tools' configuration comes before them. */
export function shortNameSettings(chooser: SettingChooser, { short_names: written }: ModelConfig): ModelSettings['shortNames'] {
  chooser.choose('models.short_names.mode', { file: written?.mode, fallback: 'enforcing' });
  chooser.choose<readonly string[]>('models.short_names.search', { file: written?.search, fallback: [] });
  return { ...(written?.mode && { mode: written.mode }), ...(written?.search && { search: written.search }) };
}
