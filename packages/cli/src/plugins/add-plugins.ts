import { basename, join } from 'node:path';
import { IlabError, type PluginPackage } from '@ilab/sdk';
import { addedPackages } from './added-packages.ts';
import type { PinnedPlugin } from './declaration.ts';
import { backUpFolder } from './folder-backup.ts';
import { readPins } from './pins.ts';
import { addedPlugins, requestedPackages, writePlugins } from './plugin-folder.ts';
import { type FoundPlugin, readPlugin } from './read-plugin.ts';
import { type NpmOptions, runNpm } from './run-npm.ts';

export interface InstallOptions extends NpmOptions {
  /** Says whether what came may stay, by throwing where it may not; absent: the command that asked for it named a plugin of ours. */
  readonly approve?: (plugins: readonly PinnedPlugin[]) => Promise<void>;
  /** Told what is under way: npm says nothing until it is done. */
  readonly note: (line: string) => void;
}

/**
 * Adds plugins from npm: names or archives. Each stays in exactly the version that came, with its hash in npm's lock; what can't be used, or
 * may not stay, is taken back, and what was there before is there again. No code of a plugin runs.
 * @throws IlabError E_PLUGIN_BROKEN, E_USAGE
 */
export async function installPlugins(packages: readonly string[], { approve, note, ...options }: InstallOptions): Promise<readonly PinnedPlugin[]> {
  const { dataDir } = options;
  refuseOptions(packages);
  const before = await requestedPackages(dataDir);
  const backup = await backUpFolder(dataDir);
  const there = await addedPackages(dataDir);
  try {
    note(`npm fetches ${packages.join(', ')}.`);
    await runNpm('install', packages, options);
    const after = await requestedPackages(dataDir);
    const changed = Object.keys(after).filter((name) => after[name] !== before[name]);
    const found = await readAll(changed.length > 0 ? changed : Object.keys(after).filter((name) => isAskedFor(name, { packages, kept: after[name] })), {
      dataDir,
      there,
    });
    await approve?.(found);
    const others = (await addedPlugins(dataDir)).filter(({ name }) => !found.some((plugin) => plugin.name === name));
    await writePlugins(dataDir, [...others, ...found.map(({ name, version }) => ({ name, type: 'user' as const, tag: version }))]);
    return found;
  } catch (error) {
    await backup.restore();
    // Nothing is named: npm makes the folder what it was.
    await runNpm('install', [], { ...options, signal: new AbortController().signal }).catch(() => undefined);
    throw error;
  }
}

/** Npm would take it for an option, and on Windows its shell for something else. */
function refuseOptions(packages: readonly string[]): void {
  const odd = packages.find((name) => name.startsWith('-') || (process.platform === 'win32' && /[&|<>^"%!`\s]/.test(name)));
  if (odd !== undefined) throw new IlabError('E_USAGE', `“${odd}” is no package.`, { hint: 'Name packages only.' });
}

/** Whether a package that is there in the version that was asked for is one of those that were. */
function isAskedFor(name: string, { packages, kept = '' }: { readonly packages: readonly string[]; readonly kept: string | undefined }): boolean {
  return packages.some((one) => one === name || one.startsWith(`${name}@`) || kept.endsWith(basename(one)));
}

/** Uses a plugin where it lies. @param check throws where it may not @throws IlabError E_PLUGIN_BROKEN */
export async function linkPlugin(
  folder: string,
  { dataDir, check }: Pick<NpmOptions, 'dataDir'> & { readonly check?: (plugin: FoundPlugin) => void },
): Promise<FoundPlugin> {
  const plugin = await readPlugin(folder, await addedPackages(dataDir));
  if (!plugin) throw new IlabError('E_PLUGIN_BROKEN', `${folder} is no plugin of ilab.`, { hint: 'Its package.json needs “oclif”: {} and an “ilab” block.' });
  check?.(plugin);
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
  // It may have been installed before it was linked.
  if (Object.hasOwn(await requestedPackages(options.dataDir), name)) await runNpm('uninstall', [name], options);
  return true;
}

/** The plugins among the packages that came. */
async function readAll(
  names: readonly string[],
  { dataDir, there }: { readonly dataDir: string; readonly there: readonly PluginPackage[] },
): Promise<readonly PinnedPlugin[]> {
  const pins = await readPins(dataDir);
  const found: PinnedPlugin[] = [];
  for (const name of names) {
    const [plugin, pin] = [await readPlugin(join(dataDir, 'node_modules', name), there), pins.get(name)];
    const before = there.find((one) => one.name === name)?.version;
    if (plugin?.name === name && pin) found.push({ ...plugin, pin, ...(before !== undefined && { before }) });
  }
  if (found.length > 0) return found;
  throw new IlabError('E_PLUGIN_BROKEN', `${names.join(', ')}: no plugin of ilab is among them.`, { hint: 'Check the name.' });
}
