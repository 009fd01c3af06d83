import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { EXIT_CODES, FOREIGN_TOOLS, type ImportPlan, type ImportResult } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { presentImported, presentImportPlan, presentRefused } from '../../present/import.ts';

export default class ModelImport extends IlabCommand {
  static override summary = 'Bring models that are on this machine into the store.';
  static override description =
    'Takes files and folders, and everything that Hugging Face’s tools, Ollama or an older ilab have, with the names, commits and digests that they noted. Bytes are verified, and shared with the original where the disk can; the original is never moved, changed or removed. What has no name of its own is called localhost/NAME:latest. Doing it again does nothing.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> ./my-model --as quay.io/acme/my-model:v1',
    '<%= config.bin %> <%= command.id %> ~/Downloads/granite-7b-lab-Q4_K_M.gguf',
    '<%= config.bin %> <%= command.id %> --from huggingface --dry-run',
    '<%= config.bin %> <%= command.id %> --from instructlab',
  ];
  static override strict = false;
  static override args = { PATH: Args.string({ name: 'PATH…', description: 'Files, folders, or the directory of another tool.', ignoreStdin: true }) };
  static override flags = {
    from: Flags.option({ options: FOREIGN_TOOLS, summary: 'Bring in everything that this tool has.', helpValue: 'TOOL' })(),
    as: Flags.string({ summary: 'Call it so.', helpValue: 'REF' }),
    'dry-run': Flags.boolean({ summary: 'Show what would come in, and bring in nothing.' }),
  };

  async run(): Promise<Record<string, unknown>> {
    const { argv, flags } = await this.parse(ModelImport);
    const ilab = await this.ilab(flags);
    const request = { paths: argv.map(String), ...(flags.from && { tool: flags.from }), ...(flags.as !== undefined && { as: flags.as }) };
    const plan = await ilab.models.planImport(request, { signal: this.signal });
    if (flags['dry-run']) {
      this.log(presentImportPlan(plan));
      return planJson(plan);
    }
    const result = await ilab.models.import(plan, { signal: this.signal });
    for (const model of result.imported) {
      if (!flags.quiet) this.note(presentImported(model));
      this.log(model.path);
    }
    this.#tellRefused(result);
    return { ...result };
  }

  /** What was asked for and did not come in is a failure, whatever else came. */
  #tellRefused({ refused }: ImportResult): void {
    for (const one of refused) this.note(presentRefused(one));
    const [first] = refused;
    if (first) process.exitCode = EXIT_CODES[first.code ?? 'E_NOT_A_MODEL'];
  }
}

function planJson({ items, refused }: ImportPlan): Record<string, unknown> {
  return {
    models: items.map(({ model, name, bytes, here }) => ({
      reference: name.repository.canonical,
      versions: name.versions.map((version) => version.name),
      ...(model.revision !== undefined && { revision: model.revision }),
      tool: model.tool,
      from: model.from,
      files: model.files.map(({ path, size }) => ({ path, size })),
      bytes,
      here,
    })),
    refused,
  };
}
