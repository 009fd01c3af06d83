import * as Args from '@oclif/core/args';
import { configurationFile, type IlabError } from '@ilab/sdk';
import { IlabCommand } from '../../../ilab-command.ts';
import { noSuchName } from '../../../no-such-name.ts';

type RemovedAlias = { readonly name: string; readonly file: string };

export default class ModelAliasRemove extends IlabCommand {
  static override summary = 'Take back a name of your own for a model.';
  static override description = 'The model itself stays.';
  static override examples = ['<%= config.bin %> <%= command.id %> granite'];
  static override args = { NAME: Args.string({ name: 'NAME', required: true, description: 'The name.' }) };

  async run(): Promise<RemovedAlias> {
    const { args, flags } = await this.parse(ModelAliasRemove);
    const { config } = await this.ilab(flags);
    const file = configurationFile();
    if (!(await file.unset(`models.aliases.${args.NAME}`))) throw noSuchAlias(args.NAME, Object.keys(config.show().models.aliases));
    this.note(`${args.NAME} is no alias any more.`);
    return { name: args.NAME, file: file.path };
  }
}

function noSuchAlias(name: string, aliases: readonly string[]): IlabError {
  const otherwise = aliases.length === 0 ? 'There are none; `ilab model alias set NAME REF` sets one.' : 'Those that there are: ilab model alias list';
  return noSuchName(`There is no alias “${name}”.`, { typed: name, names: aliases, otherwise });
}
