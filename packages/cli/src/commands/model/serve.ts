import { EngineCommand } from '../../engine/engine-command.ts';
import { modelFlag, pullFlag } from '../../references.ts';

export default class ModelServe extends EngineCommand {
  static override summary = 'Serve a model over HTTP (needs an engine).';
  static override description = 'Finds the model, and says what would be run. The default is serve.model of the configuration.';
  static override examples = ['<%= config.bin %> <%= command.id %> --model granite-7b-lab:v1.1', '<%= config.bin %> <%= command.id %> --model ./m.gguf --json'];
  static override flags = { model: modelFlag, pull: pullFlag };

  async run(): Promise<never> {
    const { flags } = await this.parse(ModelServe);
    return this.engine(flags, {
      does: 'serve models',
      models: [{ role: 'model', toRun: true, given: flags.model, setting: 'serve.model', needed: true }],
      otherTools: { gguf: 'llama-server --model', safetensors: 'vllm serve' },
    });
  }
}
