import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { IlabError, type SavedModels } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { presentSaved } from '../../present/archive.ts';
import { someReferences } from '../../references.ts';
import { writeArchive, writeStandardOutput } from '../../terminal/archive-file.ts';

export default class ModelSave extends IlabCommand {
  static override summary = 'Write models into one file, for a machine without a network.';
  static override description =
    'The file is an OCI archive, which `ilab model load` takes, and skopeo, podman and oras read. Models come under their own names; bytes that several have are in it once; the same models make the same file. What came from an OCI registry is saved as it is there, with its signatures: what of that is not in the store (its configuration, layers that were unpacked, signatures) is asked for at the registry. What `models.signatures` does not let be used here is not saved. Other models are packed as ModelPack, with the revision that they are of. Without --output the file goes to standard output.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> quay.io/ai-lab/models/granite-7b-lab:v1.1 --output models.tar',
    "<%= config.bin %> <%= command.id %> granite-7b-lab org/name | ssh inside '<%= config.bin %> model load'",
  ];
  static override strict = false;
  static override args = { REF: Args.string({ name: 'REF…', description: 'Models that are here.', ignoreStdin: true }) };
  static override flags = {
    model: Flags.string({ char: 'm', summary: 'A model that is here.', helpValue: 'REF', multiple: true, multipleNonGreedy: true }),
    output: Flags.string({ char: 'o', summary: 'Write this file.', helpValue: 'FILE' }),
  };

  async run(): Promise<SavedModels> {
    const { argv, flags } = await this.parse(ModelSave);
    const references = someReferences({ argv, flags });
    const { output } = flags;
    if (output === undefined) this.#checkStandardOutput();
    const ilab = await this.ilab(flags);
    const write = (archive: AsyncIterable<Uint8Array>): Promise<void> => (output === undefined ? writeStandardOutput(archive) : writeArchive(output, archive));
    const saved = await ilab.models.save({ references, write }, { signal: this.signal });
    if (!flags.quiet) this.note(presentSaved(saved));
    if (output !== undefined) this.log(output);
    return saved;
  }

  #checkStandardOutput(): void {
    const what = this.jsonEnabled()
      ? 'The result goes to standard output with --json'
      : process.stdout.isTTY
        ? 'An archive is nothing for a terminal'
        : undefined;
    if (what !== undefined) throw new IlabError('E_USAGE', `${what}, so the archive needs a file.`, { hint: 'Name it with --output FILE.' });
  }
}
