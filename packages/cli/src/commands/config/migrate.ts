import * as Flags from '@oclif/core/flags';
import { configurationFile, type Conversion } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { presentDiff } from '../../present/diff.ts';

type Migrated = { readonly file: string; readonly changed: boolean; readonly backup?: string; readonly diff: string } & Partial<Conversion>;

export default class ConfigMigrate extends IlabCommand {
  static override summary = 'Write the configuration in the current version.';
  static override description =
    'Files of InstructLab are read as they are; nothing has to be migrated. What this writes means the same, with comments and unknown sections kept. The old file stays beside the new one.';
  static override examples = ['<%= config.bin %> <%= command.id %> --dry-run', '<%= config.bin %> <%= command.id %>'];
  static override flags = { 'dry-run': Flags.boolean({ summary: 'Show what would change, and write nothing.' }) };

  async run(): Promise<Migrated> {
    const { flags } = await this.parse(ConfigMigrate);
    const dryRun = flags['dry-run'];
    const file = configurationFile();
    const { path, before, after, conversion, backup } = await file.migrate({ dryRun });
    for (const remark of await file.check(after)) this.warnUser(remark);
    if (!conversion) {
      this.note(`${path} is of the current version.`);
      return { file: path, changed: false, diff: '' };
    }
    const { diff, colored } = await presentDiff({ path, before, after });
    if (dryRun) this.log(colored);
    for (const { line, message } of conversion.notes) this.note(`${path}:${line}: ${message}`);
    if (backup === undefined) this.note(`${path} would go from ${conversion.from} to ${conversion.to}; nothing was written.`);
    else this.note(`${path} went from ${conversion.from} to ${conversion.to}. The old one is ${backup}.`);
    return { file: path, changed: !dryRun, ...(backup !== undefined && { backup }), diff, ...conversion };
  }
}
