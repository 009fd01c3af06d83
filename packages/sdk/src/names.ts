import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type CallOptions, type ModelRow, modelRows } from '@ilab/core';
import type { CommandManifest } from '@ilab/plugin-api';
import { dataDirectory } from './config/data-directory.ts';
import { loadSettings } from './config/load-settings.ts';
import { ENGINE_KIND, RUNNER_KIND } from './engines/part-kinds.ts';
import { type PartKind, partTable } from './engines/part-table.ts';
import type { IlabOptions } from './options.ts';
import { checkManifest } from './plugins/check-manifest.ts';
import { installedPlugins } from './plugins/installed-plugins.ts';
import type { PluginPackage } from './plugins/plugin-package.ts';
import { registryTable } from './plugins/registry-table.ts';

export { type SettingDescription, SETTING_KEYS, SETTINGS } from './config/schema/settings.ts';

/** A model that is here, as it is called. */
export interface NamedModel {
  /** Canonical, or the name of what older tools left. */
  readonly reference: string;
  /** The path below its host, which also names it by its trailing parts; absent where there is no host. */
  readonly repository?: string;
}

/** A plugin that the user added, as its metadata tells. */
export interface KnownPlugin extends Pick<PluginPackage, 'name' | 'root' | 'type'> {
  /** Those that it declares; none where its metadata is not sound. */
  readonly commands: readonly CommandManifest[];
}

/** Names that a command line can complete. Every method reads what is there now. */
export interface KnownNames {
  /** Models, adapters and checkpoints: one for every version name. @throws IlabError E_BAD_CONFIG, E_STORE */
  models(options?: CallOptions): Promise<readonly NamedModel[]>;
  /** @throws IlabError E_BAD_CONFIG */
  aliases(): Promise<readonly string[]>;
  /** Engines that are here or could be brought. */
  engines(): Promise<readonly string[]>;
  runners(): Promise<readonly string[]>;
  /** Plugins that the user added. */
  plugins(): Promise<readonly KnownPlugin[]>;
  /** Documents that were ingested, by what they are kept in. */
  collections(): Promise<readonly string[]>;
}

/** What has a name here, for shells that complete: of the library only what looks is loaded, since somebody waits at every key. */
export function knownNames(options: Pick<IlabOptions, 'env' | 'home' | 'cwd' | 'dataDir' | 'settings'> = {}): KnownNames {
  const { env = process.env, home = homedir(), cwd = process.cwd(), dataDir = dataDirectory({ env, home }), settings: overrides } = options;
  const settings = () => loadSettings({ env, home, cwd, ...(overrides && { overrides }) });
  const plugins = () => installedPlugins({ env, home, dataDir });
  const parts = async <Manifest extends { readonly entry: string; readonly summary: string }>(kind: PartKind<Manifest>): Promise<readonly string[]> => {
    const { usable, missing } = partTable(await plugins(), kind);
    return [...usable.keys(), ...missing.map(({ name }) => name)];
  };
  return {
    async models(call = {}) {
      const { models } = await settings();
      const { manifests } = registryTable(await plugins());
      const { createInventory } = await import('./composition/finder.ts');
      const grammar = { manifests, registries: models.registries };
      const named: NamedModel[] = [];
      for await (const item of createInventory(models).listing(call)) for (const row of modelRows(item, grammar)) named.push(nameOf(row));
      return named;
    },
    aliases: async () => Object.keys((await settings()).models.aliases),
    engines: () => parts(ENGINE_KIND),
    runners: () => parts(RUNNER_KIND),
    plugins: async () => (await plugins()).filter(({ type }) => type !== 'core').map(knownPlugin),
    async collections() {
      const files = await readdir(join(dataDir, 'rag')).catch(() => []);
      return files.filter((name) => name.endsWith('.jsonl')).map((name) => name.slice(0, -'.jsonl'.length));
    },
  };
}

function knownPlugin(plugin: PluginPackage): KnownPlugin {
  const { name, root, type } = plugin;
  const checked = checkManifest(plugin);
  return { name, root, type, commands: checked.state === 'valid' ? checked.commands : [] };
}

function nameOf({ reference, name, source }: ModelRow): NamedModel {
  return source === 'local' ? { reference } : { reference, repository: name.slice(name.indexOf('/') + 1) };
}
