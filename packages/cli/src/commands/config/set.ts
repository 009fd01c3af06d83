import * as Args from '@oclif/core/args';
import { configurationFile } from '@ilab/sdk';
import { takesReference } from '../../config/takes-reference.ts';
import { writtenReference } from '../../config/written-reference.ts';
import { IlabCommand } from '../../ilab-command.ts';
import { settingText } from '../../present/settings.ts';

type SetSetting = { readonly file: string; readonly key: string; readonly value: unknown };

export default class ConfigSet extends IlabCommand {
  static override summary = 'Change one setting in the configuration file.';
  static override description =
    'Comments and everything else in the file stay as they are. A value that the setting can’t have is not written; null takes a setting back to its default.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> chat.model instructlab/granite-7b-lab-GGUF:Q4_K_M',
    '<%= config.bin %> <%= command.id %> models.extra_dirs "[/mnt/models]"',
    '<%= config.bin %> <%= command.id %> models.aliases.mine ~/models/mine.gguf',
  ];
  static override args = {
    KEY: Args.string({ name: 'KEY', required: true, description: 'Its key, as chat.model.' }),
    VALUE: Args.string({ name: 'VALUE', required: true, description: 'As it would be written in the file.' }),
  };

  async run(): Promise<SetSetting> {
    const { args, flags } = await this.parse(ConfigSet);
    const { models, config } = await this.ilab(flags);
    const file = configurationFile();
    const named = takesReference(args.KEY) && args.VALUE !== 'null' && !args.VALUE.includes('$');
    const value = await file.set(args.KEY, named ? writtenReference(models.parse(args.VALUE), args.VALUE) : args.VALUE);
    const { origin = 'default' } = config.get(args.KEY) ?? {};
    if (origin.startsWith('environment')) this.warnUser(`${origin.replace('environment ', '')} is set, and wins over the configuration.`);
    this.note(`${args.KEY} is now ${settingText(value)} in ${file.path}.`);
    return { file: file.path, key: args.KEY, value };
  }
}
