import * as Args from '@oclif/core/args';
import { IlabCommand } from '../../ilab-command.ts';
import { linkPlugin } from '../../plugins/add-plugins.ts';
import { refuseTakenCommands } from '../../plugins/added-commands.ts';
import { type ListedPlugin, listedOf } from '../../plugins/list-plugins.ts';

export default class PluginsLink extends IlabCommand {
  static override summary = 'Use a plugin where it lies, while you write it.';
  static override examples = ['<%= config.bin %> <%= command.id %> .'];
  static override args = { FOLDER: Args.directory({ required: true, exists: true, description: 'Where its package.json is.' }) };

  async run(): Promise<ListedPlugin | undefined> {
    const { args } = await this.parse(PluginsLink);
    const plugin = await linkPlugin(args.FOLDER, { dataDir: this.config.dataDir, check: (found) => refuseTakenCommands([found], this.config) });
    this.log(`${plugin.name} ${plugin.version} is used from ${plugin.root}`);
    return (await listedOf([plugin], this.config.dataDir))[0];
  }
}
