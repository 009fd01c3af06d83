import type { Interfaces } from '@oclif/core';
import * as Flags from '@oclif/core/flags';
import type { UploadedModel, UploadOptions } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { presentUploaded, presentUploadPlan } from '../../present/upload.ts';

export default class ModelUpload extends IlabCommand {
  static override summary = 'Upload a model to Hugging Face or an OCI registry.';
  static override description =
    'Sends a file, a folder, or a model of the store: to a Hub as one commit to a branch, where other files stay; to an OCI registry as one artifact (CNCF ModelPack, or a container image for Kubernetes). What is there already is not sent, so an interrupted upload goes on where it stopped. docs/uploading.md tells more. The last line of standard output is the page of the commit or pull request, or the reference with its digest.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --model ./granite-lora --destination me/granite-lora --create',
    '<%= config.bin %> <%= command.id %> --model quay.io/ai-lab/models/granite-7b-lab:v1.1 --destination huggingface.co/me/granite:v1.1 --create',
    '<%= config.bin %> <%= command.id %> --model instructlab/granite-7b-lab --destination ghcr.io/me/granite-car:v1 --format modelcar',
    "<%= config.bin %> <%= command.id %> --model ./granite --destination org/granite --include '*.safetensors' --message 'Retrained' --pull-request",
  ];
  static override flags = {
    model: Flags.string({ char: 'm', summary: 'A path, or a model that is here.', helpValue: 'REF', required: true }),
    destination: Flags.string({ summary: 'The repository, perhaps with a branch or tag; default main, or latest.', helpValue: 'REF', required: true }),
    format: Flags.string({ summary: 'How an OCI registry keeps it; default as it came, else modelpack.', helpValue: 'modelpack|modelcar' }),
    message: Flags.string({ summary: 'What the commit is, in a line.', helpValue: 'TEXT' }),
    description: Flags.string({ summary: 'More of it; at an OCI registry, an annotation.', helpValue: 'TEXT' }),
    create: Flags.boolean({ summary: 'Make the repository, private, or the branch, where it is missing. OCI registries need no telling.' }),
    public: Flags.boolean({ summary: 'Make a repository that everybody sees.', dependsOn: ['create'] }),
    'pull-request': Flags.boolean({ summary: 'Propose the change instead of making it.' }),
    include: Flags.string({ summary: 'Take only files that fit.', helpValue: 'GLOB', multiple: true, multipleNonGreedy: true }),
    exclude: Flags.string({ summary: 'Leave out files that fit.', helpValue: 'GLOB', multiple: true, multipleNonGreedy: true }),
    'dry-run': Flags.boolean({ summary: 'Show what would go, and ask and send nothing.' }),
    force: Flags.boolean({ summary: 'Take a file or folder that is no model.' }),
  };

  async run(): Promise<UploadedModel | Record<string, unknown>> {
    const { flags } = await this.parse(ModelUpload);
    const ilab = await this.ilab(flags);
    const plan = await ilab.models.planUpload(requestOf(flags), { signal: this.signal });
    if (flags['dry-run']) {
      this.log(presentUploadPlan(plan));
      const { source, bytes, request } = plan;
      return { model: source.reference, reference: request.destination.canonical, files: source.files.map(({ path, size }) => ({ path, size })), bytes };
    }
    const uploaded = await ilab.models.upload(plan, { signal: this.signal });
    if (!flags.quiet) this.note(presentUploaded(uploaded));
    this.log(uploaded.url);
    return uploaded;
  }
}

type UploadFlags = Interfaces.InferredFlags<typeof ModelUpload.flags>;

function requestOf(flags: UploadFlags): UploadOptions {
  return {
    model: flags.model,
    destination: flags.destination,
    ...(flags.format !== undefined && { format: flags.format }),
    ...(flags.message !== undefined && { message: flags.message }),
    ...(flags.description !== undefined && { description: flags.description }),
    ...(flags.create && { createRepository: flags.public ? 'public' : 'private' }),
    ...(flags['pull-request'] && { createPullRequest: true }),
    ...(flags.include && { include: flags.include }),
    ...(flags.exclude && { exclude: flags.exclude }),
    ...(flags.force && { force: true }),
  };
}
