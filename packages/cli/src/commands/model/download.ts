import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import type { DownloadOptions, DownloadPlan, DownloadResult } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { presentDownload, presentLeftOut, presentPlan } from '../../present/download.ts';
import { someReferences } from '../../references.ts';

export default class ModelDownload extends IlabCommand {
  static override summary = 'Download models into the store, verified.';
  static override description =
    'The registry is always asked where the name points now; files that are here already, also in the caches of other tools, are not fetched again. Of many quantisations Q4_K_M is taken, else Q8_0, else the first; of weights in several formats safetensors. An interrupted download goes on where it stopped. The last line of standard output is the local path.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> quay.io/ai-lab/models/granite-7b-lab:v1.1',
    '<%= config.bin %> <%= command.id %> hf://instructlab/granite-7b-lab-GGUF:Q4_K_M',
    "<%= config.bin %> <%= command.id %> instructlab/granite-7b-lab --include '*.safetensors' --dry-run",
    '<%= config.bin %> <%= command.id %> hf://org/name-GGUF:Q4_K_M --destination ./models',
  ];
  static override strict = false;
  static override args = { REF: Args.string({ name: 'REF…', description: 'Remote repositories, with their versions.', ignoreStdin: true }) };
  static override flags = {
    model: Flags.string({
      char: 'm',
      summary: 'A remote repository with its version; can be given several times.',
      helpValue: 'REF',
      multiple: true,
      multipleNonGreedy: true,
    }),
    revision: Flags.string({ summary: 'Version, where the reference names none.', helpValue: 'VERSION' }),
    include: Flags.string({ summary: 'Take only files that fit; “*” takes all.', helpValue: 'GLOB', multiple: true, multipleNonGreedy: true }),
    exclude: Flags.string({ summary: 'Leave out files that fit.', helpValue: 'GLOB', multiple: true, multipleNonGreedy: true }),
    destination: Flags.string({ summary: 'Put plain files into this directory instead of the store.', helpValue: 'DIR' }),
    'dry-run': Flags.boolean({ summary: 'Show files, sizes and free space, and fetch nothing.' }),
    'no-donors': Flags.boolean({ summary: 'Take nothing from what other tools on this machine have.' }),
    'max-connections': Flags.integer({ summary: 'Use at most so many connections at once, over all files.', helpValue: 'N' }),
    'limit-rate': Flags.string({ summary: 'Fetch at most so many bytes a second: 500k, 10M, 1G.', helpValue: 'RATE' }),
    force: Flags.boolean({
      summary: 'Fetch again what is here, also from a repository that was made anew; in a destination, replace what is something else.',
    }),
  };

  async run(): Promise<readonly DownloadResult[] | readonly Record<string, unknown>[]> {
    const { argv, flags } = await this.parse(ModelDownload);
    const ilab = await this.ilab(flags, { maxConnections: flags['max-connections'], limitRate: flags['limit-rate'] });
    const results: DownloadResult[] = [];
    const plans: DownloadPlan[] = [];
    for (const reference of someReferences({ argv, flags })) {
      const request: DownloadOptions = {
        reference,
        ...(flags.revision !== undefined && { revision: flags.revision }),
        ...(flags.include && { include: flags.include }),
        ...(flags.exclude && { exclude: flags.exclude }),
        ...(flags.destination !== undefined && { destination: flags.destination }),
        force: flags.force,
        ...(flags['no-donors'] && { donors: false }),
      };
      if (flags['dry-run']) {
        const plan = await ilab.models.planDownload(request, { signal: this.signal });
        plans.push(plan);
        this.log(presentPlan(plan));
        if (!flags.quiet) this.#tellLeftOut(plan);
        continue;
      }
      const result = await ilab.models.download(request, { signal: this.signal });
      results.push(result);
      if (!flags.quiet) {
        this.note(presentDownload(result));
        this.#tellLeftOut(result);
      }
      this.log(result.path);
    }
    return flags['dry-run'] ? plans.map(planJson) : results;
  }

  #tellLeftOut({ leftOut }: Pick<DownloadResult, 'leftOut'>): void {
    const told = presentLeftOut(leftOut);
    if (told !== undefined) this.note(told);
  }
}

function planJson({ reference, snapshot, files, here, donations, leftOut, bytes, needed, available }: DownloadPlan): Record<string, unknown> {
  return {
    reference: reference.canonical,
    revision: snapshot.revision,
    files: files.map(({ path, blob }) => {
      const donor = donations?.get(path);
      return { path, size: blob.size, here: here.has(path), ...(donor !== undefined && { donor }) };
    }),
    archives: snapshot.archives.map(({ blob }) => ({ digest: blob.digest, size: blob.size })),
    leftOut,
    bytes,
    needed,
    available,
  };
}
