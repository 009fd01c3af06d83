import * as Flags from '@oclif/core/flags';
import { IlabError, type RemovalPlan } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { formatBytes } from '../../present/units.ts';
import { modelFlag, oneReference, referenceArg } from '../../references.ts';
import { createPrompt } from '../../terminal/prompt.ts';

export default class ModelRemove extends IlabCommand {
  static override summary = 'Remove exactly one version or snapshot from the store.';
  static override description =
    'Shows what goes and how many bytes come back, and asks. The snapshot goes with its last version name; bytes shared with other snapshots stay.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> quay.io/ai-lab/models/granite-7b-lab:v1.1',
    '<%= config.bin %> <%= command.id %> granite-7b-lab:v1.0 --yes',
  ];
  static override args = { REF: referenceArg };
  static override flags = {
    model: modelFlag,
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }),
    'dry-run': Flags.boolean({ summary: 'Show what would go, and remove nothing.' }),
  };

  async run(): Promise<Record<string, unknown>> {
    const parsed = await this.parse(ModelRemove);
    const { flags } = parsed;
    const ilab = await this.ilab(flags);
    const plan = await ilab.models.planRemoval({ reference: oneReference(parsed) }, { signal: this.signal });
    if (flags['dry-run']) {
      this.log(`Would remove ${describe(plan)}.`);
      return { ...planJson(plan), removed: false };
    }
    await this.#confirm(plan, flags.yes);
    const { bytes } = await ilab.models.remove(plan, { signal: this.signal });
    this.log(`Removed ${plan.reference}; ${formatBytes(bytes)} came back.`);
    return { ...planJson(plan), bytes, removed: true };
  }

  async #confirm(plan: RemovalPlan, yes: boolean): Promise<void> {
    if (yes) return;
    const prompt = createPrompt({ enabled: !this.jsonEnabled() });
    if (!prompt.interactive)
      throw new IlabError('E_USAGE', `This would remove ${describe(plan)}, and nobody is there to ask.`, { hint: 'Say --yes to do it.' });
    const agreed = await prompt.confirm({ message: `${plan.path}\nRemove ${describe(plan)}?` }, { signal: this.signal });
    if (!agreed) throw new IlabError('E_USAGE', 'Nothing was removed.', { hint: 'Answer y, or say --yes.' });
  }
}

function describe(plan: RemovalPlan): string {
  if (plan.kind === 'version' && !plan.snapshot) return `the version name ${plan.reference} (its files stay: another name points to them)`;
  return `${plan.reference} (${formatBytes(plan.bytes)} come back)`;
}

function planJson({ kind, reference, path, bytes }: RemovalPlan): Record<string, unknown> {
  return { kind, reference, path, bytes };
}
