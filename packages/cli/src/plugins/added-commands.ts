import type { Command } from '@oclif/core';
import type { Config } from '@oclif/core/config';
import { checkManifest, IlabError } from '@ilab/sdk';
import type { KnownPlugin } from '@ilab/sdk/names';
import { commandMetadata, flagsOfAll } from './command-metadata.ts';
import type { Added } from './load-added.ts';
import { FirstWords, firstWord, ILAB, type Owners } from './first-words.ts';
import { byPrecedence } from './precedence.ts';
import type { FoundPlugin } from './read-plugin.ts';
import { withoutTemplates } from './without-templates.ts';

type Plugin = ReturnType<Config['getPluginsList']>[number];

/**
 * Leaves to each plugin that the user added the commands that it may have, and adds those that it declares as data.
 * @param config without them
 */
export function settleCommands(added: readonly Added[], config: Config): void {
  if (added.length === 0) return;
  const everywhere = flagsOfAll(config.commands);
  const words = new FirstWords(ownersOf(config.getPluginsList()));
  for (const plugin of added.toSorted(byPrecedence)) {
    const isIts = (command: string): boolean => words.take(command, plugin.name) === plugin.name;
    const loaded = plugin.commands.filter(({ id }) => isIts(id));
    const declared = declaredBy(plugin).filter(({ command }) => isIts(command));
    plugin.commands = [...loaded.map((command) => plainCommand(command, plugin)), ...declared.map((one) => loadable(one, { plugin, everywhere }))];
    // Of what has no description, oclif takes its first command's.
    plugin.pjson.oclif.topics = Object.fromEntries(
      topicsOf(plugin.commands).map((name) => [name, { description: `Commands of ${withoutTemplates(plugin.name)}.` }]),
    );
  }
}

/** Refuses commands whose first word is ilab's own, or another plugin's, also one of those that come along. @throws IlabError E_PLUGIN_BROKEN */
export function refuseTakenCommands(plugins: readonly Pick<FoundPlugin, 'name' | 'apart' | 'commands'>[], config: Config): void {
  const names = plugins.map(({ name }) => name);
  const words = new FirstWords(ownersOf(config.getPluginsList().filter(({ name }) => !names.includes(name))));
  for (const { name, apart, commands } of plugins) {
    for (const command of [...apart.map((one) => one.command), ...commands]) {
      const owner = words.take(command, name);
      if (owner === name) continue;
      throw new IlabError('E_PLUGIN_BROKEN', `${name} can’t be used: its command “${command}” begins as those of ${owner} do.`, {
        hint:
          owner === ILAB ? 'Tell its author: the first word has to be its own.' : `Keep one of them. To take the other away: ilab plugins uninstall ${owner}`,
      });
    }
  }
}

function ownersOf(plugins: readonly Plugin[]): Owners {
  return new Map(plugins.flatMap((plugin) => plugin.commands.map(({ id }) => [firstWord(id), plugin.type === 'core' ? ILAB : plugin.name] as const)));
}

function declaredBy({ pjson }: Added): KnownPlugin['commands'] {
  const checked = checkManifest({ manifest: 'ilab' in pjson ? pjson['ilab'] : undefined });
  return checked.state === 'valid' ? checked.commands : [];
}

/** A command that oclif loads, without what would run before it is called, and under its own name only. */
function plainCommand(command: Command.Loadable, { name, type }: Added): Command.Loadable {
  return { ...withoutTemplates(command), aliases: [], hiddenAliases: [], pluginName: name, pluginType: type };
}

interface Bringing {
  readonly plugin: Added;
  readonly everywhere: Command.Cached['flags'];
}

function loadable(declared: KnownPlugin['commands'][number], { plugin, everywhere }: Bringing): Command.Loadable {
  return {
    ...commandMetadata(declared, everywhere),
    pluginName: plugin.name,
    pluginType: plugin.type,
    async load() {
      const { pluginCommand } = await import('./plugin-command.ts');
      return pluginCommand(declared, plugin.name);
    },
  };
}

/** Words that stand before the last of a command, as oclif has them. */
function topicsOf(commands: readonly Command.Loadable[]): readonly string[] {
  const topics = commands.flatMap(({ id }) => id.split(':').map((_word, at, words) => words.slice(0, at).join(':')));
  return [...new Set(topics)].filter((topic) => topic !== '');
}
