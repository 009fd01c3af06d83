import * as Flags from '@oclif/core/flags';
import { IlabError, type PrunePlan } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { parseAge } from '../../present/age.ts';
import { presentPrunePlan, summarizePrune } from '../../present/prune.ts';
import { formatBytes } from '../../present/units.ts';
import { createPrompt } from '../../terminal/prompt.ts';

export default class ModelPrune extends IlabCommand {
  static override summary = 'Remove old snapshots without a name, and what interrupted work left.';
  static override description =
    'Takes snapshots that no version name has pointed to for 30 days, partial downloads that nobody has gone on with for 7 days, and what interrupted removals left. Shows what goes and how many bytes come back, and asks. What is in use stays, and so does every snapshot of a repository in which something can’t be read.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> --dry-run',
    '<%= config.bin %> <%= command.id %> --keep 2',
    '<%= config.bin %> <%= command.id %> --older-than 7d --yes',
  ];
  static override flags = {
    keep: Flags.integer({ summary: 'Keep so many of the youngest snapshots without a name, in every repository.', helpValue: 'N', min: 0 }),
    'older-than': Flags.string({ summary: 'Take what is older than this, for example 7d or 12h.', helpValue: 'AGE' }),
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }),
    'dry-run': Flags.boolean({ summary: 'Show what would go, and remove nothing.' }),
  };

  async run(): Promise<Record<string, unknown>> {
    const { flags } = await this.parse(ModelPrune);
    const age = flags['older-than'];
    const request = { ...(age !== undefined && { olderThan: parseAge(age) }), ...(flags.keep !== undefined && { keep: flags.keep }) };
    const ilab = await this.ilab(flags);
    const plan = await ilab.models.planPrune(request, { signal: this.signal });
    const isEmpty = plan.snapshots.length + plan.leftovers.length === 0;
    if (isEmpty || flags['dry-run']) {
      this.log(isEmpty ? 'There is nothing to remove.' : `${presentPrunePlan(plan)}\nWould remove ${summarizePrune(plan)}.`);
      return { ...planJson(plan), removed: [] };
    }
    await this.#confirm(plan, flags.yes);
    const { removed, kept, bytes } = await ilab.models.prune(plan, { signal: this.signal });
    this.log(`Removed ${removed.length} of ${plan.snapshots.length + plan.leftovers.length}; ${formatBytes(bytes)} came back.`);
    return { ...planJson(plan), kept, bytes, removed };
  }

  async #confirm(plan: PrunePlan, yes: boolean): Promise<void> {
    this.note(presentPrunePlan(plan));
    if (yes) return;
    const prompt = createPrompt({ enabled: !this.jsonEnabled() });
    if (!prompt.interactive) {
      throw new IlabError('E_USAGE', `This would remove ${summarizePrune(plan)}, and nobody is there to ask.`, { hint: 'Say --yes to do it.' });
    }
    const agreed = await prompt.confirm({ message: `Remove ${summarizePrune(plan)}?` }, { signal: this.signal });
    if (!agreed) throw new IlabError('E_USAGE', 'Nothing was removed.', { hint: 'Answer y, or say --yes.' });
  }
}

function planJson({ snapshots, leftovers, kept, bytes }: PrunePlan): Record<string, unknown> {
  return {
    snapshots: snapshots.map(({ reference, path, since }) => ({ reference, path, since })),
    leftovers: leftovers.map(({ kind, path, modified }) => ({ kind, path, modified })),
    kept,
    bytes,
  };
}
