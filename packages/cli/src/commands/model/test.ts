import { EngineCommand } from '../../engine/engine-command.ts';
import { modelFlag, pullFlag, roleFlag } from '../../references.ts';

export default class ModelTest extends EngineCommand {
  static override summary = 'Try a trained model against its base (needs an engine).';
  static override description = 'Finds the models, and says what would be run. The default is chat.model of the configuration.';
  static override examples = ['<%= config.bin %> <%= command.id %> --model granite-7b-lab --adapter ./adapter'];
  static override flags = { model: modelFlag, adapter: roleFlag('A LoRA adapter to try it with.'), pull: pullFlag };

  async run(): Promise<never> {
    const { flags } = await this.parse(ModelTest);
    return this.engine(flags, {
      does: 'test models',
      models: [
        { role: 'model', toRun: true, given: flags.model, setting: 'chat.model', needed: true },
        { role: 'adapter', given: flags.adapter },
      ],
    });
  }
}
