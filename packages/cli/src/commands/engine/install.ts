import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { packagesFor, partFolder } from '@ilab/sdk';
import { IlabCommand } from '../../ilab-command.ts';
import { findPlugin } from '../../parts/find-plugin.ts';
import { type InstalledEngine, installEngine } from '../../parts/install-engine.ts';
import { formatBytes } from '../../present/units.ts';

export default class EngineInstall extends IlabCommand {
  static override summary = 'Install an engine, which runs models.';
  static override description =
    'Brings the engine’s plugin, then the packages that it needs, in exactly the versions it was tried with: one build, for this platform, and none of their install scripts run. What is there already stays, and what is broken is put right. Says how large it is, and asks on a terminal.';
  static override examples = ['<%= config.bin %> <%= command.id %> llama-cpp', '<%= config.bin %> <%= command.id %> ./my-engine'];
  static override args = { ENGINE: Args.string({ required: true, description: 'A name of `ilab engine list`, or a plugin: its folder, archive or package.' }) };
  static override flags = {
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }),
    force: Flags.boolean({ summary: 'Install again what seems to be there.' }),
  };

  async run(): Promise<readonly InstalledEngine[]> {
    const { args, flags } = await this.parse(EngineInstall);
    const ilab = await this.ilab(flags);
    const { dataDir } = this.config;
    const listed = (await ilab.engines.list()).map(({ engine, ...entry }) => ({ ...entry, name: engine }));
    const request = { given: args.ENGINE, kind: 'engine' as const, listed, plugins: this.plugins() };
    const plugin = await findPlugin(request, { dataDir, signal: this.signal });
    const installed: InstalledEngine[] = [];
    for (const { engine, packages, size } of plugin.engines) {
      const one = await installEngine(
        { engine, plugin, folder: partFolder(dataDir, 'engines', engine), packages: packagesFor(packages), ...(size !== undefined && { size }), ...flags },
        { signal: this.signal, prompt: this.prompt(flags), progress: this.progress(flags), note: (line) => this.note(line) },
      );
      this.log(`${engine} is ${one.changed ? `installed (${formatBytes(one.bytes)})` : 'there'}: ${plugin.name} ${plugin.version}`);
      installed.push(one);
    }
    return installed;
  }
}
