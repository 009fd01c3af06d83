import * as Args from '@oclif/core/args';
import { IlabCommand } from '../../ilab-command.ts';
import { noSuchName } from '../../no-such-name.ts';
import { removePlugin } from '../../plugins/add-plugins.ts';
import { addedPlugins } from '../../plugins/plugin-folder.ts';

export default class PluginsUninstall extends IlabCommand {
  static override summary = 'Take a plugin away that was installed or linked.';
  static override examples = ['<%= config.bin %> <%= command.id %> @you/ilab-plugin-shelf'];
  static override args = { PLUGIN: Args.string({ required: true, description: 'Its name.' }) };

  async run(): Promise<{ readonly name: string }> {
    const { args } = await this.parse(PluginsUninstall);
    const name = args.PLUGIN;
    const removed = await removePlugin(name, { dataDir: this.config.dataDir, signal: this.signal });
    if (!removed) {
      const names = (await addedPlugins(this.config.dataDir)).map((plugin) => plugin.name);
      throw noSuchName(`No plugin “${name}” was added.`, { typed: name, names, otherwise: 'See: ilab plugins list' });
    }
    this.log(`${name} was taken away.`);
    return { name };
  }
}
