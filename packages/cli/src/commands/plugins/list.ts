import { IlabCommand } from '../../ilab-command.ts';
import { formatTable } from '../../present/table.ts';
import { addedPlugins, type AddedPlugin } from '../../plugins/plugin-folder.ts';

export default class PluginsList extends IlabCommand {
  static override summary = 'List plugins that were added; `ilab registry list` shows what all of them bring.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<readonly AddedPlugin[]> {
    await this.parse(PluginsList);
    const plugins = await addedPlugins(this.config.dataDir);
    this.log(
      plugins.length === 0
        ? 'No plugins were added.'
        : formatTable(plugins, [
            { title: 'PLUGIN', value: ({ name }) => name },
            { title: 'VERSION', value: ({ tag }) => tag ?? '' },
            { title: 'FROM', value: ({ root }) => root ?? 'npm' },
          ]),
    );
    return plugins;
  }
}
