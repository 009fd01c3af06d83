import { IlabError } from '@ilab/sdk';
import * as Args from '@oclif/core/args';
import { IlabCommand } from '../../ilab-command.ts';
import { addedPlugins, writePlugins } from '../../plugins/plugin-folder.ts';
import { runNpm } from '../../plugins/run-npm.ts';

export default class PluginsUninstall extends IlabCommand {
  static override summary = 'Take a plugin away that was installed or linked.';
  static override examples = ['<%= config.bin %> <%= command.id %> @you/ilab-plugin-shelf'];
  static override args = { PLUGIN: Args.string({ required: true, description: 'Its name.' }) };

  async run(): Promise<{ readonly name: string }> {
    const { args } = await this.parse(PluginsUninstall);
    const { dataDir } = this.config;
    const added = await addedPlugins(dataDir);
    const plugin = added.find(({ name }) => name === args.PLUGIN);
    if (!plugin) throw new IlabError('E_NOT_FOUND', `No plugin “${args.PLUGIN}” was added.`, { hint: 'See: ilab plugins list' });
    await writePlugins(
      dataDir,
      added.filter((other) => other !== plugin),
    );
    if (plugin.type === 'user') await runNpm('uninstall', [plugin.name], { dataDir, signal: this.signal });
    this.log(`${plugin.name} was taken away.`);
    return { name: plugin.name };
  }
}
