import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { EXIT_CODES, type NameProblem, type UpdatedName } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { presentUpdate } from '../../present/update.ts';

export default class ModelUpdate extends IlabCommand {
  static override summary = 'Fetch what has moved at its registry.';
  static override description =
    'Registries are asked where the names of models that are here point now, without downloading anything for it; what moved is fetched as far as it was asked for before. Without a reference, everything in the store. Where some of it fails, the rest is done, and the exit code is that of the first failure.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --check',
    '<%= config.bin %> <%= command.id %> quay.io/ai-lab/models/granite-7b-lab:latest',
    '<%= config.bin %> <%= command.id %>',
  ];
  static override strict = false;
  static override args = {
    REF: Args.string({ name: 'REF…', description: 'Models that are here; a repository stands for all of its names.', ignoreStdin: true }),
  };
  static override flags = {
    model: Flags.string({ char: 'm', summary: 'A model that is here; can be given several times.', helpValue: 'REF', multiple: true, multipleNonGreedy: true }),
    check: Flags.boolean({ summary: 'Only tell what has moved.' }),
    'max-connections': Flags.integer({ summary: 'Use at most so many connections at once, over all files.', helpValue: 'N' }),
    'limit-rate': Flags.string({ summary: 'Fetch at most so many bytes a second: 500k, 10M, 1G.', helpValue: 'RATE' }),
  };

  #problem: NameProblem | undefined;

  async run(): Promise<readonly UpdatedName[]> {
    const { argv, flags } = await this.parse(ModelUpdate);
    const ilab = await this.ilab(flags, { maxConnections: flags['max-connections'], limitRate: flags['limit-rate'] });
    const references = [...argv.map(String), ...(flags.model ?? [])];
    const names = await ilab.models.update({ references, check: flags.check }, { signal: this.signal });
    this.#problem = names.find(({ problem }) => problem !== undefined)?.problem;
    this.log(presentUpdate(names));
    if (this.#problem) {
      process.exitCode = EXIT_CODES[this.#problem.code];
      if (this.#problem.hint !== undefined) this.note(this.#problem.hint);
    }
    return names;
  }

  /** What failed is a result and a failure at once, so programs are told both. */
  protected override toSuccessJson(result: unknown): Record<string, unknown> {
    return { ...super.toSuccessJson(result), ...(this.#problem && { ok: false, error: this.#problem }) };
  }
}
