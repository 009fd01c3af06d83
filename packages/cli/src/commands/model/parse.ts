import * as Args from '@oclif/core/args';
import type { Reference } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { formatPairs } from '../../present/table.ts';
import { someReferences } from '../../references.ts';

export default class ModelParse extends IlabCommand {
  static override summary = 'Show how references are read, without disk or network.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> hf://org/name:Q4_K_M',
    '<%= config.bin %> <%= command.id %> quay.io/ai-lab/models/granite-7b-lab/v1.1 --json',
  ];
  static override strict = false;
  static override args = { REF: Args.string({ name: 'REF…', description: 'References.', ignoreStdin: true }) };

  async run(): Promise<readonly Reference[]> {
    const { argv, flags } = await this.parse(ModelParse);
    const ilab = await this.ilab(flags);
    const references = someReferences({ argv, flags: {} }).map((text) => ilab.models.parse(text));
    this.log(references.map(presentReference).join('\n\n'));
    return references;
  }
}

function presentReference(reference: Reference): string {
  return formatPairs(Object.entries(reference).map(([name, value]) => [name, String(value)] as const));
}
