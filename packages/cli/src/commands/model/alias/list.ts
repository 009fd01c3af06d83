import { IlabCommand } from '../../../ilab-command.ts';
import { formatTable } from '../../../present/table.ts';

type Alias = { readonly name: string; readonly model: string };

export default class ModelAliasList extends IlabCommand {
  static override summary = 'List your own names for models.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  async run(): Promise<readonly Alias[]> {
    const { flags } = await this.parse(ModelAliasList);
    const { config } = await this.ilab(flags);
    const aliases = Object.entries(config.show().models.aliases)
      .map(([name, model]) => ({ name, model }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
    if (aliases.length === 0) this.note('There are no aliases. `ilab model alias set NAME REF` gives a model one.');
    else
      this.log(
        formatTable(aliases, [
          { title: 'NAME', value: ({ name }) => name },
          { title: 'MODEL', value: ({ model }) => model },
        ]),
      );
    return aliases;
  }
}
