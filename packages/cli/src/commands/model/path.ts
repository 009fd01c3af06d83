import * as Flags from '@oclif/core/flags';
import type { ResolvedModel } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { modelFlag, oneReference, pullFlag, referenceArg } from '../../references.ts';

export default class ModelPath extends IlabCommand {
  static override summary = 'Print the real path of a model, for any other tool.';
  static override description = 'What is not here is downloaded, if the pull policy says so. The last line of standard output is the path.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> granite-7b-lab:v1.1',
    'llama-server --model "$(<%= config.bin %> <%= command.id %> hf://org/name:Q4_K_M)"',
  ];
  static override args = { REF: referenceArg };
  static override flags = {
    model: modelFlag,
    explain: Flags.boolean({ summary: 'Show how it was found.' }),
    pull: pullFlag,
  };

  async run(): Promise<Record<string, unknown>> {
    const parsed = await this.parse(ModelPath);
    const { explain, pull } = parsed.flags;
    const ilab = await this.ilab(parsed.flags);
    const found = await ilab.models.resolve({ reference: oneReference(parsed), ...(pull && { pull }) }, { signal: this.signal });
    if (explain) for (const line of explanation(found)) this.note(line);
    else if (!parsed.flags.quiet) this.note(`Using ${found.reference} (${found.because})`);
    this.log(found.path);
    const { reference, path, origin, format, revision, version, downloaded, steps } = found;
    return {
      reference,
      path,
      origin,
      format,
      ...(revision !== undefined && { revision }),
      ...(version !== undefined && { version }),
      downloaded,
      ...(explain && { steps }),
    };
  }
}

function explanation({ steps, reference, because }: ResolvedModel): readonly string[] {
  return [...steps.map(({ step, found, origin }) => `${step}: ${found}${origin === undefined ? '' : ` (${origin})`}`), `→ ${reference} (${because})`];
}
