import { type Check, compareVersions, type Finding } from '@ilab/core';
import type { PluginPackage } from '../plugins/plugin-package.ts';
import { partNames, pluginParts } from '../plugins/plugin-parts.ts';
import type { RegistryEntry } from '../plugins/registry-table.ts';

export interface VersionCheckDeps {
  /** As `ilab/1.2.3`. */
  readonly tool: string;
  readonly plugins: readonly PluginPackage[];
  readonly entries: readonly RegistryEntry[];
}

/** Versions of the program, of Node, and of plugins, and whether they fit together. */
export function checkVersions({ tool, plugins, entries }: VersionCheckDeps): Check {
  return {
    name: 'versions',
    async run() {
      const { platform, arch, version } = process;
      const program: Finding = { check: 'versions', state: 'ok', message: `${tool.replace('/', ' ')}, Node ${version.slice(1)}, ${platform} ${arch}.` };
      const sources = entries.map((entry) => lookAt(entry, { tool, plugin: plugins.find(({ name }) => name === entry.plugin) }));
      const others = plugins.filter(({ name, manifest }) => manifest !== undefined && !entries.some((entry) => entry.plugin === name));
      return [program, ...sources, ...others.map((plugin) => lookAtOther(plugin, plugins.slice(0, plugins.indexOf(plugin))))];
    },
  };
}

function lookAt(
  { plugin: name, version, source, state, reason = '' }: RegistryEntry,
  { tool, plugin }: { readonly tool: string; readonly plugin: PluginPackage | undefined },
): Finding {
  const check = `plugin ${name}`;
  const install = plugin?.type === 'link' ? `ilab plugins link ${plugin.root}` : `ilab plugins install ${name}`;
  if (state === 'missing') return { check, state: 'warning', message: `It is not installed: models of “${source}” can't be had.`, advice: install };
  if (state === 'invalid')
    return { check, state: 'problem', message: `Version ${version ?? 'unknown'} can't be used: ${reason}.`, advice: install, code: 'E_PLUGIN_BROKEN' };
  const own = tool.slice(tool.indexOf('/') + 1);
  // Plugins of others have versions of their own.
  const isOurs = name.startsWith('@ilab/') && plugin !== undefined && plugin.type !== 'core';
  if (isOurs && version !== undefined && (compareVersions(version, own) ?? 0) < 0) {
    return {
      check,
      state: 'warning',
      message: `Version ${version} is older than ilab ${own} and takes the place of the one that came with it.`,
      advice: install,
    };
  }
  return { check, state: 'ok', message: `Version ${version ?? 'unknown'} brings “${source}”.` };
}

/** A plugin that brings no source. */
function lookAtOther(plugin: PluginPackage, before: readonly PluginPackage[]): Finding {
  const { name, version, type, root } = plugin;
  const check = `plugin ${name}`;
  const parts = pluginParts(plugin, before);
  if (parts.problem !== undefined) {
    const advice = type === 'link' ? `ilab plugins link ${root}` : `ilab plugins install ${name}`;
    return { check, state: 'problem', message: `Version ${version} can't be used: ${parts.problem}.`, advice, code: 'E_PLUGIN_BROKEN' };
  }
  const names = partNames(parts).map((one) => `“${one}”`);
  return { check, state: 'ok', message: names.length > 0 ? `Version ${version} brings ${names.join(', ')}.` : `Version ${version}.` };
}
