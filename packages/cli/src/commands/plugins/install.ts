import * as Args from '@oclif/core/args';
import { IlabCommand } from '../../ilab-command.ts';
import { installPlugins } from '../../plugins/add-plugins.ts';
import { describeParts, type FoundPlugin } from '../../plugins/read-plugin.ts';

export default class PluginsInstall extends IlabCommand {
  static override summary = 'Add plugins, for example another kind of source.';
  static override description =
    'Packages come from npm, in an exact version, and none of their install scripts run. A plugin runs with your rights once one of its models is asked for: add only what you trust.';
  static override examples = ['<%= config.bin %> <%= command.id %> @ilab/plugin-oci', '<%= config.bin %> <%= command.id %> ./my-plugin-1.0.0.tgz'];
  static override strict = false;
  static override args = {
    PACKAGE: Args.string({ name: 'PACKAGE…', required: true, description: 'Names of npm packages, with a version if you like, or archives.' }),
  };

  async run(): Promise<readonly FoundPlugin[]> {
    const { argv } = await this.parse(PluginsInstall);
    const found = await installPlugins(argv.map(String), { dataDir: this.config.dataDir, signal: this.signal });
    for (const plugin of found) this.log(`${plugin.name} ${plugin.version}: ${describeParts(plugin)}`);
    return found;
  }
}
