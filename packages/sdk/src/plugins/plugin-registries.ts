import { existsSync, realpathSync } from 'node:fs';
import { join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';
import { IlabError, type Registries, type Registry } from '@ilab/core';
import type { Plugin, PluginContext } from '@ilab/plugin-api';
import { checkedRegistry } from './checked-registry.ts';
import { KNOWN_SOURCES } from './known-sources.ts';
import type { RegistryTable, UsableRegistry } from './registry-table.ts';

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
  try {
    const plugin = await importPlugin(found);
    const registry = plugin.createRegistry?.(source, context());
    if (registry?.source === source && typeof registry.resolve === 'function' && typeof registry.locate === 'function') return checkedRegistry(registry);
  } catch (error) {
    throw broken(found, error);
  }
  throw broken(found);
}

async function importPlugin({ manifest, plugin }: UsableRegistry): Promise<Plugin> {
  const module: unknown = await import(pathToFileURL(entryPath(plugin.root, manifest.entry)).href);
  const exported = typeof module === 'object' && module !== null && 'default' in module ? module.default : undefined;
  if (!isPlugin(exported)) throw new Error('its entry exports no plugin');
  return exported;
}

/** In a checkout nothing is built: the module's source stands in `src` under the same name. */
function entryPath(root: string, entry: string): string {
  const inside = realpathSync(root);
  const source = join(inside, entry.replace(/^\.\/dist\//, './src/').replace(/\.js$/, '.ts'));
  const path = import.meta.url.endsWith('.ts') && existsSync(source) ? source : join(inside, entry);
  const real = realpathSync(path);
  if (!real.startsWith(inside + sep)) throw new Error('its entry leads out of the package');
  return real;
}

function isPlugin(value: unknown): value is Plugin {
  return typeof value === 'object' && value !== null && '$$type' in value && value.$$type === '@ilab/plugin' && 'apiVersion' in value && value.apiVersion === 1;
}

function missing(source: string): IlabError {
  const known = KNOWN_SOURCES.find(({ manifest }) => manifest.source === source);
  return new IlabError('E_PLUGIN_MISSING', `The plugin for “${source}” is not installed.`, {
    hint: `Install it: ilab plugins install ${known?.plugin ?? `@ilab/plugin-${source}`}`,
  });
}

function broken({ plugin }: UsableRegistry, cause?: unknown): IlabError {
  const why = cause instanceof Error ? `: ${cause.message}` : ': it made no registry';
  return new IlabError('E_PLUGIN_BROKEN', `The plugin ${plugin.name} ${plugin.version} can't be used${why}`, {
    hint: `Install it again: ilab plugins install ${plugin.name}`,
    cause,
  });
}
