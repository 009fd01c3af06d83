import type { Command, Interfaces } from '@oclif/core';
import type { Config } from '@oclif/core/config';
import { checkManifest, IlabError } from '@ilab/sdk';
import type { FoundPlugin } from './read-plugin.ts';

type Declared = FoundPlugin['apart'][number];

/** Makes commands known that plugins declare as data, to help, completion and the parser; no code of a plugin is loaded. */
export function addDeclaredCommands(config: Config): void {
  const everywhere = Object.entries(config.findCommand('doctor')?.flags ?? {}).filter(([, { helpGroup }]) => helpGroup === 'GLOBAL');
  for (const plugin of config.getPluginsList()) {
    if (plugin.type !== 'user' && plugin.type !== 'link') continue;
    const manifest: unknown = 'ilab' in plugin.pjson ? plugin.pjson['ilab'] : undefined;
    const checked = checkManifest({ name: plugin.name, version: plugin.version, root: plugin.root, manifest, type: plugin.type });
    const declared = checked.state === 'valid' ? checked.commands : [];
    const free = declared.filter(({ command }) => takenBy(command, { config, plugin: plugin.name }) === undefined);
    const commands = free.map((one) => loadable(one, { plugin, everywhere: Object.fromEntries(everywhere) }));
    // oclif makes a second configuration of the same plugins before it runs a command.
    plugin.commands.push(...commands);
    config['loadCommands'](plugin);
    config['loadTopics'](plugin);
  }
}

/** Refuses commands whose first word is ilab's own, or another plugin's. @throws IlabError E_PLUGIN_BROKEN */
export function refuseTakenCommands(plugins: readonly Pick<FoundPlugin, 'name' | 'apart'>[], config: Config): void {
  for (const { name, apart } of plugins) {
    for (const { command } of apart) {
      const owner = takenBy(command, { config, plugin: name });
      if (owner === undefined) continue;
      throw new IlabError('E_PLUGIN_BROKEN', `${name} can’t be used: its command “${command}” begins as those of ${owner} do.`, {
        hint: 'Tell its author: the first word has to be its own.',
      });
    }
  }
}

/** Whose a command's first word is; undefined when nobody else has it. */
function takenBy(command: string, { config, plugin }: { readonly config: Config; readonly plugin: string }): string | undefined {
  const [word = ''] = command.split(' ');
  const other = config.commands.find(({ id, pluginName }) => id.split(':')[0] === word && pluginName !== plugin);
  if (other) return other.pluginType === 'core' ? 'ilab itself' : (other.pluginName ?? 'another plugin');
  return word === 'help' ? 'ilab itself' : undefined;
}

interface Bringer {
  readonly plugin: Interfaces.Plugin;
  /** Flags that every command has. */
  readonly everywhere: Command.Cached['flags'];
}

function loadable(declared: Declared, { plugin, everywhere }: Bringer): Command.Loadable {
  const { command, summary, model, flags = {}, args = [] } = declared;
  const own = Object.entries(flags).map(([name, flag]) => [name, cachedFlag(name, flag)] as const);
  const ofModel = cachedFlag('model', { type: 'string', summary: 'The model to work with.' }, { helpValue: 'REF', required: model === 'required' });
  return {
    id: command.replaceAll(' ', ':'),
    summary,
    aliases: [],
    hiddenAliases: [],
    hidden: false,
    strict: true,
    enableJsonFlag: true,
    pluginName: plugin.name,
    pluginType: plugin.type,
    args: Object.fromEntries(args.map(({ name, summary: description, required = false }) => [name, { name, description, required }])),
    flags: { ...everywhere, ...(model && { model: ofModel }), ...Object.fromEntries(own) },
    async load() {
      const { pluginCommand } = await import('./plugin-command.ts');
      return pluginCommand(declared, plugin.name);
    },
  };
}

type DeclaredFlag = NonNullable<Declared['flags']>[string];

function cachedFlag(name: string, { type, summary, options }: DeclaredFlag, more: { helpValue?: string; required?: boolean } = {}): Command.Flag.Cached {
  if (type === 'boolean') return { name, type, summary, allowNo: false } as Command.Flag.Cached;
  return { name, type: 'option', summary, multiple: false, hasDynamicHelp: false, ...(options && { options: [...options] }), ...more } as Command.Flag.Cached;
}
