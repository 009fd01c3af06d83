import { IlabError } from '@ilab/sdk';
import * as Args from '@oclif/core/args';
import { IlabCommand } from '../../ilab-command.ts';
import { addedPlugins, writePlugins } from '../../plugins/plugin-folder.ts';
import { type FoundPlugin, readPlugin } from '../../plugins/read-plugin.ts';

export default class PluginsLink extends IlabCommand {
  static override summary = 'Use a plugin where it lies, while you write it.';
  static override examples = ['<%= config.bin %> <%= command.id %> .'];
  static override args = { FOLDER: Args.directory({ required: true, exists: true, description: 'Where its package.json is.' }) };

  async run(): Promise<FoundPlugin> {
    const { args } = await this.parse(PluginsLink);
    const { dataDir } = this.config;
    const plugin = await readPlugin(args.FOLDER);
    if (!plugin)
      throw new IlabError('E_PLUGIN_BROKEN', `${args.FOLDER} is no plugin of ilab.`, { hint: 'Its package.json needs “oclif”: {} and an “ilab” block.' });
    const others = (await addedPlugins(dataDir)).filter(({ name }) => name !== plugin.name);
    await writePlugins(dataDir, [...others, { name: plugin.name, type: 'link', root: plugin.root }]);
    this.log(`${plugin.name} ${plugin.version} is used from ${plugin.root}`);
    return plugin;
  }
}
