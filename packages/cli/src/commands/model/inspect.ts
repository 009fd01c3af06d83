import * as Flags from '@oclif/core/flags';
import type { ModelInspection } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { presentInspection } from '../../present/inspection.ts';
import { modelFlag, oneReference, referenceArg } from '../../references.ts';

export default class ModelInspect extends IlabCommand {
  static override summary = 'Show what is known of a model: where it came from, what it is, its files.';
  static override description =
    'Architecture, parameters, quantisation, context length, licence and chat template are read from the files themselves: headers and configuration, never the weights. Files that run code when they are loaded are named.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> granite-7b-lab:v1.1',
    '<%= config.bin %> <%= command.id %> ./model.gguf --json',
    '<%= config.bin %> <%= command.id %> quay.io/ai-lab/models/granite-7b-lab:v1.1 --remote',
  ];
  static override args = { REF: referenceArg };
  static override flags = { model: modelFlag, remote: Flags.boolean({ summary: 'Ask the registry, without downloading.' }) };

  async run(): Promise<ModelInspection> {
    const parsed = await this.parse(ModelInspect);
    const ilab = await this.ilab(parsed.flags);
    const inspection = await ilab.models.inspect({ reference: oneReference(parsed), remote: parsed.flags.remote }, { signal: this.signal });
    this.log(presentInspection(inspection));
    return inspection;
  }
}
