import * as Flags from '@oclif/core/flags';
import { EngineCommand } from '../../engine/engine-command.ts';
import { eitherOf } from '../../engine/wanted-model.ts';
import { modelFlag, pullFlag, roleFlag } from '../../references.ts';

export default class DataGenerate extends EngineCommand {
  static override summary = 'Generate training data with a teacher model (needs an engine).';
  static override description =
    'Finds the models, and says what would be run. --model is the teacher; the default is generate.teacher.model of the configuration. With --endpoint-url it is the name that the endpoint has for it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --model mistral-7b-instruct',
    '<%= config.bin %> <%= command.id %> --teacher-model ./teacher.gguf --student-model granite-7b-lab',
  ];
  static override flags = {
    model: modelFlag,
    'teacher-model': roleFlag('The same.'),
    'student-model': roleFlag('The model that the data is for.'),
    'endpoint-url': Flags.string({ summary: 'A server that has the teacher.', helpValue: 'URL' }),
    detached: Flags.boolean({ summary: 'Run in the background.' }),
    pull: pullFlag,
  };

  async run(): Promise<never> {
    const { flags } = await this.parse(DataGenerate);
    const endpoint = flags['endpoint-url'];
    const teacher = eitherOf('teacher-model', flags);
    return this.engine(flags, {
      does: 'generate data',
      task: 'generate',
      models: [
        { role: 'teacher-model', given: teacher, needed: true, ...(endpoint === undefined ? { setting: 'generate.teacher.model' } : { atEndpoint: true }) },
        { role: 'student-model', given: flags['student-model'] },
      ],
      options: { 'endpoint-url': endpoint, detached: flags.detached },
    });
  }
}
