import * as Args from '@oclif/core/args';
import type { Setting } from '@ilab/sdk';
import { noSuchSetting } from '../../config/no-such-setting.ts';
import { IlabCommand } from '../../ilab-command.ts';
import { settingText } from '../../present/settings.ts';

export default class ConfigGet extends IlabCommand {
  static override summary = 'Print one setting.';
  static override description = 'Also what the configuration has for other tools, as serve.vllm.gpus. Text is printed as it is, a list or a mapping as JSON.';
  static override examples = ['<%= config.bin %> <%= command.id %> models.dir', '<%= config.bin %> <%= command.id %> chat.model --json'];
  static override args = { KEY: Args.string({ name: 'KEY', required: true, description: 'Its key, as chat.model.' }) };

  async run(): Promise<Setting> {
    const { args, flags } = await this.parse(ConfigGet);
    const { config } = await this.ilab(flags);
    const found = config.get(args.KEY);
    if (!found) throw noSuchSetting(args.KEY);
    if (found.value !== undefined) this.log(settingText(found.value));
    return found;
  }
}
