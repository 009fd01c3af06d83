import * as Flags from '@oclif/core/flags';
import { IlabCommand } from '../../ilab-command.ts';
import { presentSettings } from '../../present/settings.ts';

export default class ConfigShow extends IlabCommand {
  static override summary = 'Show every setting, its value and where it comes from.';
  static override description = 'A flag wins over a variable (ILAB_…), a variable over the configuration file, and the file over the default.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --origin',
    '<%= config.bin %> <%= command.id %> --json',
  ];
  static override flags = { origin: Flags.boolean({ summary: 'Name the file and the line that decided.' }) };

  async run(): Promise<Record<string, unknown>> {
    const { flags } = await this.parse(ConfigShow);
    const ilab = await this.ilab(flags);
    const { file, settings } = ilab.config.show();
    const state = file.conversion
      ? ` (of version ${file.version}; \`ilab config migrate\` writes ${file.conversion.to})`
      : file.exists
        ? ''
        : ' (not there: defaults)';
    this.log(`Configuration: ${file.path}${state}\n`);
    this.log(presentSettings(settings, { places: flags.origin }));
    return { file, settings };
  }
}
