import * as Flags from '@oclif/core/flags';
import { EngineCommand } from '../../engine/engine-command.ts';
import { modelFlag, pullFlag, roleFlag } from '../../references.ts';

export default class ModelConvert extends EngineCommand {
  static override summary = 'Convert a model to another format (needs an engine).';
  static override description = 'Finds the models, and says what would be run. What is converted stays as it is.';
  static override examples = ['<%= config.bin %> <%= command.id %> --model ./granite --adapter ./adapter --destination ./granite-merged'];
  static override flags = {
    model: modelFlag,
    adapter: roleFlag('A LoRA adapter to merge into it.'),
    destination: Flags.string({ summary: 'The folder for the result.', helpValue: 'DIR' }),
    pull: pullFlag,
  };

  async run(): Promise<never> {
    const { flags } = await this.parse(ModelConvert);
    return this.engine(flags, {
      does: 'convert models',
      models: [
        { role: 'model', given: flags.model, needed: true },
        { role: 'adapter', given: flags.adapter },
      ],
      options: { destination: flags.destination },
    });
  }
}
