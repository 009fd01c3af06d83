import { IlabCommand } from '../../ilab-command.ts';
import { type ListedPlugin, listPlugins } from '../../plugins/list-plugins.ts';
import { printable } from '../../present/printable.ts';
import { formatTable } from '../../present/table.ts';

export default class PluginsList extends IlabCommand {
  static override summary = 'List plugins that were added, what each brings, where it is from and whether it can be used.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<readonly ListedPlugin[]> {
    await this.parse(PluginsList);
    const plugins = await listPlugins(this.config.dataDir);
    this.log(
      plugins.length === 0
        ? 'No plugins were added.'
        : formatTable(plugins, [
            { title: 'PLUGIN', value: ({ name }) => printable(name) },
            { title: 'VERSION', value: ({ version }) => printable(version ?? '') },
            { title: 'STATE', value: ({ state, reason }) => (reason === undefined ? state : printable(`${state}: ${reason}`)) },
            { title: 'BRINGS', value: ({ brings = [] }) => printable(brings.join(', ')) },
            { title: 'FROM', value: ({ from }) => printable(from ?? '') },
          ]),
    );
    return plugins;
  }
}
