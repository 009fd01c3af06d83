import * as Args from '@oclif/core/args';
import { configurationFile, IlabError } from '@ilab/sdk';
import { writtenReference } from '../../../config/written-reference.ts';
import { IlabCommand } from '../../../ilab-command.ts';

type SetAlias = { readonly name: string; readonly model: string; readonly file: string };

export default class ModelAliasSet extends IlabCommand {
  static override summary = 'Give a model a name of your own.';
  static override description =
    'It goes into models.aliases of the configuration, and every --model takes it; a version said after it wins over that of the model. Nothing is downloaded.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> granite quay.io/ai-lab/models/granite-7b-lab:v1.1',
    '<%= config.bin %> <%= command.id %> mine ~/models/mine.gguf',
  ];
  static override args = {
    NAME: Args.string({ name: 'NAME', required: true, description: 'The name, in one word.' }),
    REF: Args.string({ name: 'REF', required: true, description: 'A path, or a remote repository with its version.' }),
  };

  async run(): Promise<SetAlias> {
    const { args, flags } = await this.parse(ModelAliasSet);
    const { models, config } = await this.ilab(flags);
    const name = models.parse(args.NAME);
    if (name.kind !== 'short' || name.canonical !== name.repository || name.repository.includes('/')) {
      throw new IlabError('E_USAGE', `“${args.NAME}” can’t be an alias: it reads as something else.`, {
        hint: 'Take one word of letters, digits, dots and dashes, without a version, as granite.',
      });
    }
    const model = writtenReference(models.parse(args.REF), args.REF);
    const key = `models.aliases.${name.repository}`;
    const file = configurationFile();
    // An alias that says more than its model keeps the rest.
    await file.set(typeof config.get(key)?.value === 'object' ? `${key}.model` : key, model);
    this.note(`${name.repository} now stands for ${model}, in ${file.path}.`);
    return { name: name.repository, model, file: file.path };
  }
}
