import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { EXIT_CODES, type Verification } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { isDamaged, presentVerification } from '../../present/verification.ts';

const DAMAGED = {
  code: 'E_INTEGRITY',
  message: 'Files are damaged or missing.',
  hint: 'Fetch what is wrong again: the same command with --repair.',
} as const;

const UNTRUSTED = {
  code: 'E_UNTRUSTED',
  message: 'Signatures do not satisfy the policies of their sources.',
  hint: 'See models.signatures in the configuration.',
} as const;

export default class ModelVerify extends IlabCommand {
  static override summary = 'Check that files on disk are what was downloaded.';
  static override description =
    'Every byte is read and hashed again, on all cores, and without the network. It ends with exit code 6 when something is damaged or missing. Where a policy requires signatures, they are checked again, too, and it ends with exit code 5 when one is not trusted. With --repair, what is wrong is fetched again, and only that.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> granite-7b-lab:v1.1',
    '<%= config.bin %> <%= command.id %> --all',
    '<%= config.bin %> <%= command.id %> --all --quick',
    '<%= config.bin %> <%= command.id %> quay.io/ai-lab/models/granite-7b-lab:v1.1 --repair',
  ];
  static override strict = false;
  static override args = { REF: Args.string({ name: 'REF…', description: 'Models that are here.', ignoreStdin: true }) };
  static override flags = {
    model: Flags.string({ char: 'm', summary: 'A model that is here; can be given several times.', helpValue: 'REF', multiple: true, multipleNonGreedy: true }),
    all: Flags.boolean({ summary: 'Everything in the store.' }),
    quick: Flags.boolean({ summary: 'Look at presence and size only, and read nothing.' }),
    repair: Flags.boolean({ summary: 'Fetch again what is damaged or missing.' }),
  };

  #problem: typeof DAMAGED | typeof UNTRUSTED | undefined;

  async run(): Promise<Verification> {
    const { argv, flags } = await this.parse(ModelVerify);
    const { all, quick, repair } = flags;
    const references = [...argv.map(String), ...(flags.model ?? [])];
    const ilab = await this.ilab(flags);
    const verification = await ilab.models.verify({ references, all, quick, repair }, { signal: this.signal });
    this.#problem = isDamaged(verification) ? DAMAGED : verification.untrusted.length > 0 ? UNTRUSTED : undefined;
    this.log(presentVerification(verification, { quick }));
    if (this.#problem) {
      process.exitCode = EXIT_CODES[this.#problem.code];
      if (!repair) this.note(this.#problem.hint);
    }
    return verification;
  }

  /** Damage is a result and a failure at once, so programs are told both. */
  protected override toSuccessJson(result: unknown): Record<string, unknown> {
    return { ...super.toSuccessJson(result), ...(this.#problem && { ok: false, error: this.#problem }) };
  }
}
