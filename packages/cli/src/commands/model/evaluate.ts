import * as Flags from '@oclif/core/flags';
import { BENCHMARKS, modelsOf } from '../../engine/benchmarks.ts';
import { EngineCommand } from '../../engine/engine-command.ts';
import { modelFlag, pullFlag, roleFlag } from '../../references.ts';

export default class ModelEvaluate extends EngineCommand {
  static override summary = 'Evaluate a model (needs an engine).';
  static override description =
    'Finds the models, and says what would be run. What is not named is as set in the section evaluate of the configuration. The judge of dk_bench is the name that its endpoint has for it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --benchmark mmlu --model granite-7b-lab:v1.1',
    '<%= config.bin %> <%= command.id %> --benchmark mt_bench --model ./m.gguf --judge-model prometheus-8x7b-v2.0',
  ];
  static override flags = {
    model: modelFlag,
    'base-model': roleFlag('The model to compare it with.'),
    'judge-model': roleFlag('The model that judges.'),
    benchmark: Flags.option({ options: BENCHMARKS, summary: 'What to evaluate by.', helpValue: BENCHMARKS.join('|') })(),
    pull: pullFlag,
  };

  async run(): Promise<never> {
    const { flags } = await this.parse(ModelEvaluate);
    return this.engine(flags, { does: 'evaluate models', task: 'evaluate', models: modelsOf(flags), options: { benchmark: flags.benchmark } });
  }
}
