import { rm } from 'node:fs/promises';
import { partFolder } from '@ilab/sdk';
import * as Args from '@oclif/core/args';
import { IlabCommand } from '../../ilab-command.ts';
import { noSuchName } from '../../no-such-name.ts';
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
    const installed = (await (await this.ilab(flags)).engines.list()).filter(({ state }) => state !== 'missing');
    const entry = installed.find((one) => one.engine === engine);
    if (!entry) {
      const names = installed.map((one) => one.engine);
      throw noSuchName(`The engine “${engine}” is not installed.`, { typed: engine, names, otherwise: 'See: ilab engine list' });
    }
    const { root } = partFolder(dataDir, 'engines', engine);
    const bytes = await folderSize(root);
    await rm(root, { recursive: true, force: true });
    await removePlugin(entry.plugin, { dataDir, signal: this.signal });
    this.log(`${engine} was taken away; ${formatBytes(bytes)} came back.`);
    return { engine, bytes };
  }
}
