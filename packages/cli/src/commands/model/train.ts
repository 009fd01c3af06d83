import * as Flags from '@oclif/core/flags';
import { EngineCommand } from '../../engine/engine-command.ts';
import { modelFlag, pullFlag, roleFlag } from '../../references.ts';

export default class ModelTrain extends EngineCommand {
  static override summary = 'Train a model (needs an engine).';
  static override description = 'Finds the models, and says what would be run. The default is train.model of the configuration.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --model instructlab/granite-7b-lab',
    '<%= config.bin %> <%= command.id %> --model granite-7b-lab:v1.1 --judge-model prometheus-8x7b-v2.0 --destination ./checkpoints',
  ];
  static override flags = {
    model: modelFlag,
    tokenizer: roleFlag('The tokenizer, where it is not the model’s own.'),
    'judge-model': roleFlag('The judge between the phases.'),
    destination: Flags.string({ summary: 'Where checkpoints go; default models.checkpoints_dir.', helpValue: 'DIR' }),
    pull: pullFlag,
  };

  async run(): Promise<never> {
    const { flags } = await this.parse(ModelTrain);
    const { destination } = flags;
    const ilab = await this.ilab(flags);
    return this.engine(flags, {
      does: 'train models',
      task: 'train',
      models: [
        { role: 'model', given: flags.model, setting: 'train.model', needed: true },
        { role: 'tokenizer', given: flags.tokenizer },
        { role: 'judge-model', given: flags['judge-model'] },
      ],
      options: { destination: destination ?? ilab.config.show().models.checkpointsDir },
    });
  }
}
