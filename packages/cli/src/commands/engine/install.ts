import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { InstallingCommand } from '../../engine/installing-command.ts';
import type { InstalledEngine } from '../../parts/install-engine.ts';
import { formatBytes } from '../../present/units.ts';

export default class EngineInstall extends InstallingCommand {
  static override summary = 'Install an engine, which runs models.';
  static override description =
    'Brings the engine’s plugin, then the packages that it needs, in exactly the versions it was tried with: one build, for this platform, and none of their install scripts run. What is there already stays, and what is broken is put right. Says how large it is, and asks on a terminal.';
  static override examples = [
    '<%= config.bin %> <%= command.id %> llama-cpp',
    '<%= config.bin %> <%= command.id %> llama-cpp --build vulkan',
    '<%= config.bin %> <%= command.id %> ./my-engine',
  ];
  static override args = { ENGINE: Args.string({ required: true, description: 'A name of `ilab engine list`, or a plugin: its folder, archive or package.' }) };
  static override flags = {
    yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }),
    build: Flags.string({ summary: 'A build for GPUs besides, as cuda or vulkan of llama-cpp.', helpValue: 'NAME' }),
    force: Flags.boolean({ summary: 'Install again what seems to be there.' }),
  };

  async run(): Promise<readonly InstalledEngine[]> {
    const { args, flags } = await this.parse(EngineInstall);
    const { yes, force, build } = flags;
    const { plugin, installed } = await this.bringEngine(flags, args.ENGINE, { yes, force, build });
    for (const { engine, changed, bytes } of installed)
      this.log(`${engine} is ${changed ? `installed (${formatBytes(bytes)})` : 'there'}: ${plugin.name} ${plugin.version}`);
    return installed;
  }
}
