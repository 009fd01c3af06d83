import { join } from 'node:path';
import { IlabError } from '@ilab/sdk';
import * as Args from '@oclif/core/args';
import { IlabCommand } from '../../ilab-command.ts';
import { addedPlugins, requestedPackages, writePlugins } from '../../plugins/plugin-folder.ts';
import { type FoundPlugin, readPlugin } from '../../plugins/read-plugin.ts';
import { runNpm } from '../../plugins/run-npm.ts';

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
    const { dataDir } = this.config;
    const packages = argv.map(String);
    if (packages.some((name) => name.startsWith('-'))) throw new IlabError('E_USAGE', 'A package starts with “-”.', { hint: 'Name packages only.' });
    const before = await requestedPackages(dataDir);
    await runNpm('install', packages, { dataDir, signal: this.signal });
    const after = await requestedPackages(dataDir);
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    const found = await this.#readAll(changed.length > 0 ? changed : Object.keys(after), {
      undo: () => runNpm('uninstall', changed, { dataDir, signal: this.signal }),
    });
    const others = (await addedPlugins(dataDir)).filter(({ name }) => !found.some((plugin) => plugin.name === name));
    await writePlugins(dataDir, [...others, ...found.map(({ name, version }) => ({ name, type: 'user' as const, tag: version }))]);
    for (const { name, version, registries } of found)
      this.log(`${name} ${version}: ${registries.flatMap(({ schemes }) => schemes.map((scheme) => `${scheme}://`)).join(' ')}`);
    return found;
  }

  /** The plugins among the packages that came; what can't be used is not kept. */
  async #readAll(names: readonly string[], { undo }: { readonly undo: () => Promise<void> }): Promise<readonly FoundPlugin[]> {
    try {
      const found: FoundPlugin[] = [];
      for (const name of names) {
        const plugin = await readPlugin(join(this.config.dataDir, 'node_modules', name));
        if (plugin) found.push(plugin);
      }
      if (found.length > 0) return found;
      throw new IlabError('E_PLUGIN_BROKEN', `${names.join(', ')}: no plugin of ilab is among them.`, { hint: 'Check the name.' });
    } catch (error) {
      await undo();
      throw error;
    }
  }
}
