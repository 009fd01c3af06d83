import type { Interfaces } from '@oclif/core';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import type { CopiedModel, CopyOptions } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { presentCopied, presentCopyPlan } from '../../present/copy.ts';

export default class ModelCopy extends IlabCommand {
  static override summary = 'Copy a model from one registry to another.';
  static override description =
    'Brings a model from where it is to another registry; nothing of it is kept on this machine. From one OCI registry to another all of it goes byte for byte, under the same digest, with what is attached to it: signatures, attestations; of that, what nobody can use is left out and told. Where `models.signatures` requires a signature of the source, it is checked before anything is sent. Within one registry nothing is sent at all. From a Hub to an OCI registry, or the other way, files go as they are streamed, and are packed as `ilab model upload` does. What the destination has is not sent, so a copy that was interrupted goes on. Both references are taken literally; a destination without a version gets that of the source, where both are OCI registries. The last line of standard output is the reference with its digest, or the page of the commit.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> quay.io/ai-lab/models/granite-7b-lab:v1.1 registry.example/models/granite',
    '<%= config.bin %> <%= command.id %> instructlab/granite-7b-lab quay.io/me/granite:v1',
    '<%= config.bin %> <%= command.id %> org/name-GGUF#Q4_K_M ghcr.io/me/name:q4 --dry-run',
  ];
  static override args = {
    SOURCE: Args.string({ description: 'The model, at its registry.', required: true }),
    DESTINATION: Args.string({ description: 'The repository, perhaps with a version.', required: true }),
  };
  static override flags = {
    referrers: Flags.boolean({ summary: 'Take along what is attached to it; default yes.', default: true, allowNo: true }),
    include: Flags.string({ summary: 'Take only files that fit; where files go one by one.', helpValue: 'GLOB', multiple: true, multipleNonGreedy: true }),
    exclude: Flags.string({ summary: 'Leave out files that fit.', helpValue: 'GLOB', multiple: true, multipleNonGreedy: true }),
    create: Flags.boolean({ summary: 'Make the repository of a Hub, private, or the branch, where it is missing.' }),
    message: Flags.string({ summary: 'What the commit is, in a line.', helpValue: 'TEXT' }),
    'dry-run': Flags.boolean({ summary: 'Show what would go; the source is asked, and nothing is sent.' }),
  };

  async run(): Promise<CopiedModel | Record<string, unknown>> {
    const { args, flags } = await this.parse(ModelCopy);
    const ilab = await this.ilab(flags);
    const plan = await ilab.models.planCopy(requestOf(args, flags), { signal: this.signal });
    if (flags['dry-run']) {
      this.log(presentCopyPlan(plan));
      const { request, destination, snapshot, way, files, bytes } = plan;
      const source = { reference: request.source.canonical, revision: snapshot.revision };
      return { source, reference: destination.canonical, way, files: files.map(({ path, blob }) => ({ path, size: blob.size })), bytes };
    }
    const copied = await ilab.models.copy(plan, { signal: this.signal });
    if (!flags.quiet) this.note(presentCopied(copied));
    this.log(copied.url);
    return copied;
  }
}

type CopyArgs = Interfaces.InferredArgs<typeof ModelCopy.args>;
type CopyFlags = Interfaces.InferredFlags<typeof ModelCopy.flags>;

function requestOf({ SOURCE: source, DESTINATION: destination }: CopyArgs, flags: CopyFlags): CopyOptions {
  return {
    source,
    destination,
    referrers: flags.referrers,
    ...(flags.include && { include: flags.include }),
    ...(flags.exclude && { exclude: flags.exclude }),
    ...(flags.create && { createRepository: 'private' as const }),
    ...(flags.message !== undefined && { message: flags.message }),
  };
}
