import type { Diagnosis } from '@ilab/sdk';
import { IlabCommand } from '../ilab-command.ts';
import { presentDiagnosis } from '../present/diagnosis.ts';

export default class Doctor extends IlabCommand {
  static override summary = 'Look at everything that ilab depends on, and say what to do.';
  static override description =
    'Paths and permissions, what the file system can do, free space, read-only stores, credentials (where and for which host, never shown), registries that are configured or that models came from, versions, and what is broken in the store. It ends with 0 when there is no problem, with the exit code that all problems have in common, or with 8. --offline leaves the registries alone.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --offline',
    '<%= config.bin %> <%= command.id %> --json',
  ];

  async run(): Promise<Diagnosis> {
    const { flags } = await this.parse(Doctor);
    const ilab = await this.ilab(flags);
    const diagnosis = await ilab.doctor({ signal: this.signal });
    this.log(presentDiagnosis(diagnosis, { quiet: flags.quiet, columns: process.stdout.columns }));
    process.exitCode = diagnosis.exitCode;
    return diagnosis;
  }
}
