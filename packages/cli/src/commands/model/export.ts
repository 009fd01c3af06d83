import * as Flags from '@oclif/core/flags';
import type { ExportedModel } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { presentExported } from '../../present/export.ts';
import { modelFlag, oneReference, referenceArg } from '../../references.ts';

export default class ModelExport extends IlabCommand {
  static override summary = 'Let other tools find a model by its name.';
  static override description =
    'Puts a model of huggingface.co into the cache of Hugging Face’s tools, so that transformers, vLLM and everything built on them find it by name, offline too. Bytes are shared with the store where the disk can. What is not here is downloaded first, if the pull policy says so. The last line of standard output is the path in the cache.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --hf-cache instructlab/granite-7b-lab:main',
    'HF_HUB_CACHE=/shared/hub <%= config.bin %> <%= command.id %> --hf-cache org/name',
  ];
  static override args = { REF: referenceArg };
  static override flags = {
    model: modelFlag,
    'hf-cache': Flags.boolean({
      summary: 'Into the cache of Hugging Face’s tools: HF_HUB_CACHE, HF_HOME/hub, or ~/.cache/huggingface/hub.',
      required: true,
    }),
  };

  async run(): Promise<ExportedModel> {
    const parsed = await this.parse(ModelExport);
    const ilab = await this.ilab(parsed.flags);
    const exported = await ilab.models.exportToHubCache({ reference: oneReference(parsed) }, { signal: this.signal });
    if (!parsed.flags.quiet) this.note(presentExported(exported));
    this.log(exported.path);
    return exported;
  }
}
