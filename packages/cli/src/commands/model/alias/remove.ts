import * as Args from '@oclif/core/args';
import { configurationFile, IlabError } from '@ilab/sdk';
import { closest } from 'fastest-levenshtein';
import { IlabCommand } from '../../../ilab-command.ts';

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
  return new IlabError('E_NOT_FOUND', `There is no alias “${name}”.`, {
    hint: aliases.length === 0 ? 'There are none; `ilab model alias set NAME REF` sets one.' : `Did you mean ${closest(name, [...aliases])}?`,
  });
}
