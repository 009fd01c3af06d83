import { join } from 'node:path';
import { IlabError } from '@ilab/sdk';
import { addedPlugins, requestedPackages, writePlugins } from './plugin-folder.ts';
import { type FoundPlugin, readPlugin } from './read-plugin.ts';
import { type NpmOptions, runNpm } from './run-npm.ts';

/**
 * Adds plugins from npm: names or archives. Each stays in exactly the version that came; what can't be used is not kept.
 * @throws IlabError E_PLUGIN_BROKEN, E_USAGE
 */
export async function installPlugins(packages: readonly string[], options: NpmOptions): Promise<readonly FoundPlugin[]> {
  const { dataDir } = options;
  if (packages.some((name) => name.startsWith('-'))) throw new IlabError('E_USAGE', 'A package starts with “-”.', { hint: 'Name packages only.' });
  const before = await requestedPackages(dataDir);
  await runNpm('install', packages, options);
  const after = await requestedPackages(dataDir);
  const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
  const found = await readAll(changed.length > 0 ? changed : Object.keys(after), {
    dataDir,
    undo: () => runNpm('uninstall', changed, options),
  });
  const others = (await addedPlugins(dataDir)).filter(({ name }) => !found.some((plugin) => plugin.name === name));
  await writePlugins(dataDir, [...others, ...found.map(({ name, version }) => ({ name, type: 'user' as const, tag: version }))]);
  return found;
}

/** Uses a plugin where it lies. @throws IlabError E_PLUGIN_BROKEN */
export async function linkPlugin(folder: string, { dataDir }: Pick<NpmOptions, 'dataDir'>): Promise<FoundPlugin> {
  const plugin = await readPlugin(folder);
  if (!plugin) throw new IlabError('E_PLUGIN_BROKEN', `${folder} is no plugin of ilab.`, { hint: 'Its package.json needs “oclif”: {} and an “ilab” block.' });
  const others = (await addedPlugins(dataDir)).filter(({ name }) => name !== plugin.name);
  await writePlugins(dataDir, [...others, { name: plugin.name, type: 'link', root: plugin.root }]);
  return plugin;
}

/** @returns false when no plugin of this name was added */
export async function removePlugin(name: string, options: NpmOptions): Promise<boolean> {
  const added = await addedPlugins(options.dataDir);
  const plugin = added.find((one) => one.name === name);
  if (!plugin) return false;
  await writePlugins(
    options.dataDir,
    added.filter((other) => other !== plugin),
  );
  if (plugin.type === 'user') await runNpm('uninstall', [plugin.name], options);
  return true;
}

/** The plugins among the packages that came; what can't be used is not kept. */
async function readAll(
  names: readonly string[],
  { dataDir, undo }: { readonly dataDir: string; readonly undo: () => Promise<void> },
): Promise<readonly FoundPlugin[]> {
  try {
    const found: FoundPlugin[] = [];
    for (const name of names) {
      const plugin = await readPlugin(join(dataDir, 'node_modules', name));
      if (plugin) found.push(plugin);
    }
    if (found.length > 0) return found;
    throw new IlabError('E_PLUGIN_BROKEN', `${names.join(', ')}: no plugin of ilab is among them.`, { hint: 'Check the name.' });
  } catch (error) {
    await undo();
    throw error;
  }
}
