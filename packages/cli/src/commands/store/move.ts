import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { IlabError, type MovedStore, type MovePlan } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { formatBytes } from '../../present/units.ts';
import { createPrompt } from '../../terminal/prompt.ts';

export default class StoreMove extends IlabCommand {
  static override summary = 'Move the models directory.';
  static override description =
    'Within a file system this is one rename. To another one everything is copied, checked and synced, shared files as shared ones, before anything is removed; run again after an interruption, it goes on. The configuration then points to the new place.';
  static override examples = ['<%= config.bin %> <%= command.id %> /data/models --dry-run', '<%= config.bin %> <%= command.id %> /data/models --yes'];
  static override args = { DIR: Args.string({ name: 'DIR', required: true, description: 'The new place: a new or an empty directory.' }) };
  static override flags = {
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }),
    'dry-run': Flags.boolean({ summary: 'Show what would be moved, and move nothing.' }),
  };

  async run(): Promise<(MovePlan & { readonly moved: false }) | (MovedStore & { readonly moved: true })> {
    const { args, flags } = await this.parse(StoreMove);
    const { store } = await this.ilab(flags);
    const plan = await store.planMove({ directory: args.DIR }, { signal: this.signal });
    if (flags['dry-run']) {
      this.log(`Would move ${describe(plan)}.`);
      return { ...plan, moved: false };
    }
    await this.#confirm(plan, flags.yes);
    const done = await store.move(plan, { signal: this.signal });
    this.note(`Moved ${done.from} to ${done.to}.`);
    if (done.left.length > 0) this.note(`${done.left.length} files or directories came meanwhile and are still in ${done.from}.`);
    this.note(done.setting.changed ? `models.dir in ${done.setting.file} says so.` : done.setting.advice);
    this.log(done.to);
    return { ...done, moved: true };
  }

  async #confirm(plan: MovePlan, yes: boolean): Promise<void> {
    if (yes) return;
    const prompt = createPrompt({ enabled: !this.jsonEnabled() });
    if (!prompt.interactive) throw new IlabError('E_USAGE', `This would move ${describe(plan)}, and nobody is there to ask.`, { hint: 'Say --yes to do it.' });
    if (await prompt.confirm({ message: `Move ${describe(plan)}?` }, { signal: this.signal })) return;
    throw new IlabError('E_USAGE', 'Nothing was moved.', { hint: 'Answer y, or say --yes.' });
  }
}

function describe({ from, to, way, files, bytes, needed, available, resumes }: MovePlan): string {
  const places = `${from} to ${to}`;
  if (way === 'rename') return `${places}: a rename${resumes ? ' that was interrupted' : `, ${files} files, ${formatBytes(bytes)}`}`;
  const rest = resumes ? 'the rest of an interrupted move' : `${files} files, ${formatBytes(bytes)}`;
  return `${places}: ${rest}, copied and checked; needed ${formatBytes(needed)}, free ${formatBytes(available)}`;
}
