import { IlabError, type Registries, type Registry } from '@ilab/core';
import type { PluginContext } from '@ilab/plugin-api';
import { checkedRegistry } from './checked-registry.ts';
import { makePart } from './import-plugin.ts';
import { KNOWN_SOURCES } from './known-sources.ts';
import type { RegistryTable } from './registry-table.ts';

/** Registries whose code is imported on first use, once. */
export function pluginRegistries(table: RegistryTable, context: () => PluginContext): Registries {
  const opened = new Map<string, Promise<Registry>>();
  return {
    manifests: table.manifests,
    open(source) {
      const registry = opened.get(source) ?? openRegistry(table, { source, context });
      opened.set(source, registry);
      return registry;
    },
  };
}

async function openRegistry(table: RegistryTable, { source, context }: { readonly source: string; readonly context: () => PluginContext }): Promise<Registry> {
  const found = table.usable.get(source);
  if (!found) throw missing(source);
  return makePart({ plugin: found.plugin, entry: found.manifest.entry }, (plugin) => {
    const registry = plugin.createRegistry?.(source, context());
    const isSound = registry?.source === source && typeof registry.resolve === 'function' && typeof registry.locate === 'function';
    return isSound ? checkedRegistry(registry) : undefined;
  });
}

function missing(source: string): IlabError {
  const known = KNOWN_SOURCES.find(({ manifest }) => manifest.source === source);
  return new IlabError('E_PLUGIN_MISSING', `The plugin for “${source}” is not installed.`, {
    hint: `Install it: ilab plugins install ${known?.plugin ?? `@ilab/plugin-${source}`}`,
  });
}
