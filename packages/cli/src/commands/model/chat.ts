import * as Flags from '@oclif/core/flags';
import { EngineCommand } from '../../engine/engine-command.ts';
import { modelFlag, pullFlag, roleFlag } from '../../references.ts';

export default class ModelChat extends EngineCommand {
  static override summary = 'Chat with a model (needs an engine).';
  static override description =
    'Finds the models, and says what would be run. The default is chat.model of the configuration. With --endpoint-url, --model is the name that the endpoint has for it.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --model granite-7b-lab',
    '<%= config.bin %> <%= command.id %> --model ./m.gguf --embedding-model ibm-granite/granite-embedding-125m-english',
    '<%= config.bin %> <%= command.id %> --endpoint-url http://localhost:8000/v1 --model gpt-4o',
  ];
  static override flags = {
    model: modelFlag,
    'embedding-model': roleFlag('The model that finds documents to talk about.'),
    'endpoint-url': Flags.string({ summary: 'A server to talk to.', helpValue: 'URL' }),
    pull: pullFlag,
  };

  async run(): Promise<never> {
    const { flags } = await this.parse(ModelChat);
    const endpoint = flags['endpoint-url'];
    return this.engine(flags, {
      does: 'chat with models',
      models: [
        { role: 'model', toRun: true, given: flags.model, needed: true, ...(endpoint === undefined ? { setting: 'chat.model' } : { atEndpoint: true }) },
        { role: 'embedding-model', given: flags['embedding-model'] },
      ],
      options: { 'endpoint-url': endpoint },
      otherTools: { gguf: 'llama-cli --model', safetensors: 'vllm serve' },
    });
  }
}
