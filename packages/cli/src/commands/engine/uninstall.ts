import { rm } from 'node:fs/promises';
import { IlabError, partFolder } from '@ilab/sdk';
import * as Args from '@oclif/core/args';
import { IlabCommand } from '../../ilab-command.ts';
import { folderSize } from '../../parts/folder-size.ts';
import { removePlugin } from '../../plugins/add-plugins.ts';
import { formatBytes } from '../../present/units.ts';

export default class EngineUninstall extends IlabCommand {
  static override summary = 'Take an engine away, with what was installed for it.';
  static override examples = ['<%= config.bin %> <%= command.id %> llama-cpp'];
  static override args = { ENGINE: Args.string({ required: true, description: 'Its name.' }) };

  async run(): Promise<{ readonly engine: string; readonly bytes: number }> {
    const { args, flags } = await this.parse(EngineUninstall);
    const { dataDir } = this.config;
    const engine = args.ENGINE;
    const entry = (await (await this.ilab(flags)).engines.list()).find((one) => one.engine === engine);
    if (!entry || entry.state === 'missing') throw new IlabError('E_NOT_FOUND', `The engine “${engine}” is not installed.`, { hint: 'See: ilab engine list' });
    const { root } = partFolder(dataDir, 'engines', engine);
    const bytes = await folderSize(root);
    await rm(root, { recursive: true, force: true });
    await removePlugin(entry.plugin, { dataDir, signal: this.signal });
    this.log(`${engine} was taken away; ${formatBytes(bytes)} came back.`);
    return { engine, bytes };
  }
}
