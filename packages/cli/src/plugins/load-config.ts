import type { Interfaces } from '@oclif/core';
import { Config } from '@oclif/core/config';
import { printable } from '../present/printable.ts';
import { settleCommands } from './added-commands.ts';
import { loadAdded } from './load-added.ts';
import type { AddedPlugin } from './plugin-folder.ts';

/** oclif tells of a plugin that can't be loaded in many lines of its own, at every command. */
class QuietConfig extends Config {
  protected override warned = true;
}

/** What is known of the command line at its start. */
export interface LoadedConfig {
  /** What oclif knows of it and of the plugins that the user added; of the latter no code is loaded. */
  readonly config: Config;
  /** Plugins that the user added and that could not be loaded. */
  readonly lost: readonly AddedPlugin[];
}

/** Reads what there is, each list once. */
export async function loadConfig(options: Interfaces.Options): Promise<LoadedConfig> {
  const config = new QuietConfig({ ...options, userPlugins: false });
  await config.load();
  const { added, lost } = await loadAdded({ dataDir: config.dataDir, ignoreManifest: options.ignoreManifest ?? false });
  settleCommands(added, config);
  for (const plugin of added) {
    config.plugins.set(plugin.name, plugin);
    config['loadCommands'](plugin);
    config['loadTopics'](plugin);
  }
  return { config, lost };
}

/** Commands that tell of plugins themselves, or that a shell calls while somebody types. */
const SILENT = ['plugins', 'complete', 'completion', 'doctor'];

/** A line for each plugin that could not be loaded, as a linked one whose folder is gone; none where nobody would read it. */
export function describeLost(lost: readonly AddedPlugin[], args: readonly string[]): readonly string[] {
  if (SILENT.includes(args[0] ?? '') || args.includes('--quiet') || args.includes('-q')) return [];
  return lost.map(({ name, root }) => {
    const what = printable(root === undefined ? `${name} can’t be loaded` : `${name} can’t be loaded from ${root}`);
    return `Warning: The plugin ${what}. Take it away: ilab plugins uninstall ${printable(name)}`;
  });
}
