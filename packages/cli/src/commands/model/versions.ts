import { type OfferedVersion, shortRevision } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { type Column, formatTable } from '../../present/table.ts';
import { formatTime } from '../../present/units.ts';
import { modelFlag, oneReference, referenceArg } from '../../references.ts';

export default class ModelVersions extends IlabCommand {
  static override summary = 'List the versions that the registry offers, and which are here.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> quay.io/ai-lab/models/granite-7b-lab',
    '<%= config.bin %> <%= command.id %> instructlab/granite-7b-lab --json',
  ];
  static override args = { REF: referenceArg };
  static override flags = { model: modelFlag };

  async run(): Promise<readonly OfferedVersion[]> {
    const parsed = await this.parse(ModelVersions);
    const ilab = await this.ilab(parsed.flags);
    const versions = await ilab.models.versions({ reference: oneReference(parsed) }, { signal: this.signal });
    this.log(presentVersions(versions));
    return versions;
  }
}

/** Columns that would be empty in every row are left out. */
function presentVersions(versions: readonly OfferedVersion[]): string {
  if (versions.length === 0) return 'The repository has no versions.';
  const columns: Column<OfferedVersion>[] = [
    { title: 'VERSION', value: ({ name }) => name },
    { title: 'KIND', value: ({ kind }) => kind },
    { title: 'CREATED', value: ({ created }) => (created === undefined ? '' : formatTime(created)) },
    { title: 'ID', value: ({ revision }) => (revision === undefined ? '' : shortRevision(revision)) },
    { title: 'HERE', value: ({ here }) => (here ? 'yes' : '') },
  ];
  return formatTable(
    versions,
    columns.filter(({ title, value }) => title === 'HERE' || versions.some((version) => value(version) !== '')),
  );
}
