import { IlabCommand } from '../../ilab-command.ts';
import { formatTable } from '../../present/table.ts';

export default class ConfigShow extends IlabCommand {
  static override summary = 'Show every setting, its value and where it comes from.';
  static override examples = ['<%= config.bin %> <%= command.id %>', '<%= config.bin %> <%= command.id %> --json'];

  async run(): Promise<Record<string, unknown>> {
    const { flags } = await this.parse(ConfigShow);
    const ilab = await this.ilab(flags);
    const { file, settings } = ilab.config.show();
    this.log(`Configuration: ${file.path}${file.exists ? '' : ' (not there: defaults)'}\n`);
    this.log(
      formatTable(settings, [
        { title: 'KEY', value: ({ key }) => key },
        { title: 'VALUE', value: ({ value }) => (typeof value === 'string' ? value : JSON.stringify(value)) },
        { title: 'FROM', value: ({ origin }) => (origin.startsWith('file ') ? 'file' : origin) },
      ]),
    );
    return { file, settings };
  }
}
