import { EngineCommand } from '../../engine/engine-command.ts';
import { eitherOf } from '../../engine/wanted-model.ts';
import { modelFlag, pullFlag, roleFlag } from '../../references.ts';

export default class RagIngest extends EngineCommand {
  static override summary = 'Embed documents, to chat about them (needs an engine).';
  static override description =
    'Finds the model, and says what would be run. --model is the one that embeds; the default is rag.embedding_model.model of the configuration.';
  static override examples = ['<%= config.bin %> <%= command.id %> --embedding-model ibm-granite/granite-embedding-125m-english'];
  static override flags = { model: modelFlag, 'embedding-model': roleFlag('The same.'), pull: pullFlag };

  async run(): Promise<never> {
    const { flags } = await this.parse(RagIngest);
    const given = eitherOf('embedding-model', flags);
    return this.engine(flags, {
      does: 'ingest documents',
      task: 'ingest',
      models: [{ role: 'embedding-model', given, setting: 'rag.embedding_model.model', needed: true }],
    });
  }
}
