import type { RunnerEntry } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { formatTable } from '../../present/table.ts';
import { partColumns } from '../../present/parts.ts';

export default class RunnerList extends IlabCommand {
  static override summary = 'List runners: which work each does, and whether it is installed.';
  static override examples = ['<%= config.bin %> <%= command.id %>'];

  async run(): Promise<readonly RunnerEntry[]> {
    const { flags } = await this.parse(RunnerList);
    const entries = await (await this.ilab(flags)).runners.list();
    this.log(
      formatTable(entries, [
        { title: 'RUNNER', value: ({ runner }) => runner },
        { title: 'TASKS', value: ({ tasks }) => tasks.join(' ') },
        ...partColumns<RunnerEntry>(),
      ]),
    );
    return entries;
  }
}
