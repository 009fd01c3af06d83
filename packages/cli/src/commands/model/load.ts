import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { IlabError, type LoadedModel } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { presentLoaded } from '../../present/archive.ts';

export default class ModelLoad extends IlabCommand {
  static override summary = 'Bring in models from a file that `ilab model save` wrote.';
  static override description =
    'Takes OCI archives, of ilab, skopeo, podman or oras, from a file or standard input, without a network. Every byte is proved by its digest, names move last, and bytes that are here are not taken again. A name that is here and points elsewhere moves, as with a download, which is told. Signatures in the archive are verified where a policy asks for them. The lines of standard output are the references that are here now.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> models.tar',
    '<%= config.bin %> <%= command.id %> models.tar --dry-run',
    '<%= config.bin %> <%= command.id %> from-skopeo.tar --as quay.io/org/name:v1',
    '<%= config.bin %> <%= command.id %> < models.tar',
  ];
  // Without it, oclif takes what comes from standard input for the name of the file.
  static override args = { FILE: Args.string({ description: 'The archive; default or `-`: standard input.', ignoreStdin: true }) };
  static override flags = {
    as: Flags.string({ summary: 'Call the only model of the archive so.', helpValue: 'REF' }),
    'dry-run': Flags.boolean({ summary: 'Show what would come in, and bring in nothing.' }),
  };

  async run(): Promise<{ readonly models: readonly LoadedModel[] }> {
    const { args, flags } = await this.parse(ModelLoad);
    const { FILE: file = '-' } = args;
    if (file === '-' && process.stdin.isTTY) {
      throw new IlabError('E_USAGE', 'No archive is named, and standard input is a terminal.', { hint: 'Name a file: ilab model load models.tar' });
    }
    const ilab = await this.ilab(flags);
    const request = {
      ...(file === '-' ? { bytes: process.stdin } : { path: file }),
      dryRun: flags['dry-run'],
      ...(flags.as !== undefined && { as: flags.as }),
    };
    const models = await ilab.models.load(request, { signal: this.signal });
    for (const model of models) {
      if (!flags.quiet) this.note(presentLoaded(model));
      this.log(model.reference);
    }
    return { models };
  }
}
