import type { RegistryEntry } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { formatTable } from '../../present/table.ts';

export default class RegistryList extends IlabCommand {
  static override summary = 'List sources of models: schemes, hosts, plugins and their state.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<readonly RegistryEntry[]> {
    const { flags } = await this.parse(RegistryList);
    const ilab = await this.ilab(flags);
    const entries = ilab.registries.list();
    this.log(
      formatTable(entries, [
        { title: 'SOURCE', value: ({ source }) => source },
        { title: 'SCHEMES', value: ({ schemes }) => schemes.map((scheme) => `${scheme}://`).join(' ') },
        { title: 'HOSTS', value: ({ hosts }) => hosts.join(' ') },
        { title: 'PLUGIN', value: ({ plugin, version }) => (version === undefined ? plugin : `${plugin} ${version}`) },
        { title: 'STATE', value: ({ state, reason }) => (reason === undefined ? state : `${state}: ${reason}`) },
      ]),
    );
    return entries;
  }
}
