import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { IlabCommand } from '../../ilab-command.ts';
import { installPlugins } from '../../plugins/add-plugins.ts';
import { approval } from '../../plugins/approval.ts';
import type { PinnedPlugin } from '../../plugins/declaration.ts';
import { type ListedPlugin, listedOf } from '../../plugins/list-plugins.ts';
import { refuseTakenCommands } from '../../plugins/added-commands.ts';
import { describeParts } from '../../plugins/read-plugin.ts';

export default class PluginsInstall extends IlabCommand {
  static override summary = 'Add plugins, for example another kind of source.';
  static override description =
    'Packages come from npm, in an exact version with its hash, and none of their install scripts run. Shows what a plugin declares, and asks. Sources, verifiers, donors and commands that a plugin declares run in processes of their own; sources see credentials of the hosts that they claim; such commands see the model that is named to them and no other file of yours; engines, runners and other commands run with your rights: add only what you trust.';
  static override examples = ['<%= config.bin %> <%= command.id %> @ilab/plugin-oci', '<%= config.bin %> <%= command.id %> ./my-plugin-1.0.0.tgz'];
  static override strict = false;
  static override args = {
    PACKAGE: Args.string({ name: 'PACKAGE…', required: true, description: 'Names of npm packages, with a version if you like, or archives.' }),
  };

  static override flags = { yes: Flags.boolean({ char: 'y', summary: 'Do not ask.' }) };

  async run(): Promise<readonly ListedPlugin[]> {
    const { argv, flags } = await this.parse(PluginsInstall);
    const note = (line: string): void => (flags.quiet ? undefined : this.note(line));
    const ask = approval({ prompt: this.prompt(flags), yes: flags.yes, note, signal: this.signal });
    const approve = async (plugins: readonly PinnedPlugin[]): Promise<void> => {
      refuseTakenCommands(plugins, this.config);
      await ask(plugins);
    };
    const found = await installPlugins(argv.map(String), { dataDir: this.config.dataDir, signal: this.signal, approve, note });
    for (const plugin of found) this.log(`${plugin.name} ${plugin.version}: ${describeParts(plugin)}`);
    return listedOf(found, this.config.dataDir);
  }
}
