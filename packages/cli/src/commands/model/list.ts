import * as Flags from '@oclif/core/flags';
import type { ModelList as Listing, ModelRow } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { parseFilter } from '../../present/filter.ts';
import { presentList, SORT_FIELDS, sortRows } from '../../present/list.ts';

export default class ModelList extends IlabCommand {
  static override summary = 'List models, adapters and checkpoints with their versions.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    "<%= config.bin %> <%= command.id %> --sort size --filter 'size>1GB and format=gguf'",
    '<%= config.bin %> <%= command.id %> --adapters --json',
    '<%= config.bin %> <%= command.id %> --outdated',
  ];
  static override flags = {
    store: Flags.directory({
      summary: 'Look into this models directory; can be given several times.',
      helpValue: 'DIR',
      helpGroup: 'GLOBAL',
      multiple: true,
      multipleNonGreedy: true,
    }),
    adapters: Flags.boolean({ summary: 'Adapters only.', exclusive: ['checkpoints'] }),
    checkpoints: Flags.boolean({ summary: 'Checkpoints only.', exclusive: ['adapters'] }),
    outdated: Flags.boolean({
      summary: 'Ask registries, and list what has moved there, and what they can’t say.',
      exclusive: ['checkpoints'],
    }),
    filter: Flags.string({
      summary: 'Only rows like that: =, !=, <, >, ~ for a glob, joined by “and”.',
      helpValue: "'size>1GB'",
    }),
    sort: Flags.option({ options: SORT_FIELDS, summary: 'Sort by this column; sizes and times descend.', helpValue: 'FIELD' })(),
  };

  async run(): Promise<Listing> {
    const { flags } = await this.parse(ModelList);
    const isWanted = flags.filter === undefined ? undefined : parseFilter(flags.filter);
    const chosen = (rows: readonly ModelRow[]) => sortRows(isWanted ? rows.filter(isWanted) : rows, flags.sort);
    const ilab = await this.ilab(flags);
    const all = await (flags.outdated ? ilab.models.listOutdated({ signal: this.signal }) : ilab.models.list({ signal: this.signal }));
    const only = flags.adapters ? 'adapters' : flags.checkpoints ? 'checkpoints' : undefined;
    const list: Listing = {
      models: only === undefined ? chosen(all.models) : [],
      adapters: only === 'checkpoints' ? [] : chosen(all.adapters),
      checkpoints: only === 'adapters' ? [] : chosen(all.checkpoints),
      broken: only === undefined && !isWanted ? all.broken : [],
      offline: all.offline,
      disk: all.disk,
    };
    this.log(presentList(list, { total: only === undefined && !isWanted, outdated: flags.outdated, filtered: isWanted !== undefined }));
    return list;
  }
}
