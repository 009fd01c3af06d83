import { IlabError, packageOfScheme, type Registries, type Registry } from '@ilab/core';
import type { PluginContext } from '@ilab/plugin-api';
import type { Carriers } from '../carriers/carried-registry.ts';
import { checkedRegistry } from './checked-registry.ts';
import { makePart } from './import-plugin.ts';
import { hostClaims } from './claims.ts';
import { isBundledName, KNOWN_SOURCES } from './known-sources.ts';
import type { PluginPackage } from './plugin-package.ts';
import type { RegistryTable, UsableRegistry } from './registry-table.ts';

/** Registries, and the processes that some of them run in. */
export type OpenRegistries = Registries & { close(): Promise<void> };

export interface RegistriesDeps {
  /** What plugins are handed; made on first use of one. */
  readonly context: () => PluginContext;
  /** The same of what stands between registries and this machine. */
  readonly carriers: () => Carriers;
}

/** Registries whose code is imported on first use, once: what came with the program here, what the user added in processes of their own. */
export function pluginRegistries(table: RegistryTable, { context, carriers }: RegistriesDeps): OpenRegistries {
  const opened = new Map<string, Promise<Registry>>();
  let chosen: Carriers | undefined;
  const open = async (source: string): Promise<Registry> => {
    chosen ??= carriers();
    return chosen.through(await openRegistry(table, { source, context }));
  };
  return {
    manifests: table.manifests,
    open(source) {
      const registry = opened.get(source) ?? open(source);
      opened.set(source, registry);
      return registry;
    },
    async close() {
      for (const registry of opened.values()) await registry.then(closeApart, () => undefined);
    },
  };
}

function closeApart(registry: Registry): void {
  if ('close' in registry && typeof registry.close === 'function') registry.close();
}

async function openRegistry(table: RegistryTable, { source, context }: { readonly source: string; readonly context: () => PluginContext }): Promise<Registry> {
  const found = table.usable.get(source);
  if (!found) throw missing(source);
  if (runsApart(found.plugin)) return openedApart(found, { table, context: context() });
  return makePart({ plugin: found.plugin, entry: found.manifest.entry }, (plugin) => {
    const registry = plugin.createRegistry?.(source, context());
    const isSound = registry?.source === source && typeof registry.resolve === 'function' && typeof registry.locate === 'function';
    return isSound ? checkedRegistry(registry) : undefined;
  });
}

/** What replaces a plugin that came with the program is of the same makers and runs as that does; all else that was added does not. */
function runsApart({ name, type }: PluginPackage): boolean {
  return type !== 'core' && !isBundledName(name);
}

async function openedApart(
  { plugin, manifest }: UsableRegistry,
  { table, context }: { readonly table: RegistryTable; readonly context: PluginContext },
): Promise<Registry> {
  const { openApart } = await import('./apart/open-apart.ts');
  return openApart({ plugin, manifest, context, ...hostClaims(manifest, { manifests: table.manifests, registries: context.registries }) });
}

function missing(source: string): IlabError {
  const known = KNOWN_SOURCES.find(({ manifest }) => manifest.source === source)?.plugin ?? packageOfScheme(source);
  return new IlabError('E_PLUGIN_MISSING', `The plugin for “${source}” is not installed.`, {
    // Whose it was is not known, and a name that nobody has may be taken by anybody.
    hint: known === undefined ? 'Install the package that brings it: ilab plugins install PACKAGE' : `Install it: ilab plugins install ${known}`,
  });
}
