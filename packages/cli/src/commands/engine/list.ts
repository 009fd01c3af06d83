import type { EngineEntry } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { formatTable } from '../../present/table.ts';
import { partColumns } from '../../present/parts.ts';

export default class EngineList extends IlabCommand {
  static override summary = 'List engines: what each runs, and whether it is installed.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<readonly EngineEntry[]> {
    const { flags } = await this.parse(EngineList);
    const entries = await (await this.ilab(flags)).engines.list();
    this.log(
      formatTable(entries, [
        { title: 'ENGINE', value: ({ engine }) => engine },
        { title: 'FORMATS', value: ({ formats }) => formats.join(' ') },
        ...partColumns<EngineEntry>(),
      ]),
    );
    return entries;
  }
}
