import { type CheckedManifest, checkManifest } from './check-manifest.ts';
import type { PluginPackage } from './plugin-package.ts';

/** A package that says it is a plugin, and what its metadata amounts to. */
export interface CheckedPlugin {
  readonly plugin: PluginPackage;
  readonly checked: CheckedManifest;
}

/** Plugins in the order of their precedence. A package that comes twice counts once, so that a newer one supersedes the bundled one. */
export function checkedPlugins(plugins: readonly PluginPackage[]): readonly CheckedPlugin[] {
  const first = new Map<string, PluginPackage>();
  for (const plugin of plugins) if (plugin.manifest !== undefined && !first.has(plugin.name)) first.set(plugin.name, plugin);
  return [...first.values()].map((plugin) => ({ plugin, checked: checkManifest(plugin) }));
}
