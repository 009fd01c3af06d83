import { stat } from 'node:fs/promises';
import { IlabError, type PluginPackage } from '@ilab/sdk';
import { noSuchName } from '../no-such-name.ts';
import { type InstallOptions, installPlugins, linkPlugin } from '../plugins/add-plugins.ts';
import { type FoundPlugin, readPlugin } from '../plugins/read-plugin.ts';

/** What stands in a list of engines or runners. */
export interface ListedPart {
  readonly name: string;
  readonly plugin: string;
  readonly state: 'ready' | 'incomplete' | 'invalid' | 'missing';
}

export interface FindPluginRequest {
  /** A name of the list, a folder, an archive, or a package of npm. */
  readonly given: string;
  readonly kind: 'engine' | 'runner';
  readonly listed: readonly ListedPart[];
  /** Plugins that are there. */
  readonly plugins: readonly PluginPackage[];
}

/**
 * The plugin that brings an engine or a runner; one that is not there yet is added.
 * @throws IlabError E_NOT_FOUND for a name that nobody has; E_PLUGIN_BROKEN
 */
export async function findPlugin({ given, kind, listed, plugins }: FindPluginRequest, options: InstallOptions): Promise<FoundPlugin> {
  const part = listed.find(({ name }) => name === given);
  const root = plugins.find(({ name }) => name === part?.plugin)?.root;
  const there = root === undefined ? undefined : await readPlugin(root);
  if (there) return there;
  const plugin = part ? await fromNpm(part.plugin, ours(options)) : await fromElsewhere(given, { kind, listed, options });
  const brings = kind === 'engine' ? plugin.engines : plugin.runners;
  if (brings.length > 0) return plugin;
  throw new IlabError('E_PLUGIN_BROKEN', `${plugin.name} brings no ${kind}.`, {
    hint: `It was added all the same; take it away with: ilab plugins uninstall ${plugin.name}`,
  });
}

/** What is on our own list was chosen by its name, and needs no leave. */
function ours({ approve: _, ...options }: InstallOptions): InstallOptions {
  return options;
}

async function fromElsewhere(
  given: string,
  { kind, listed, options }: Pick<FindPluginRequest, 'kind' | 'listed'> & { readonly options: InstallOptions },
): Promise<FoundPlugin> {
  const place = await stat(given).catch(() => undefined);
  if (place?.isDirectory()) return linkPlugin(given, options);
  if (place?.isFile() || /^@[^/]+\/[^/]/.test(given)) return fromNpm(given, options);
  throw noSuchName(`There is no ${kind} “${given}”.`, {
    typed: given,
    names: listed.map(({ name }) => name),
    otherwise: `See: ilab ${kind} list. A plugin’s folder, its archive or @scope/package brings one of others.`,
  });
}

async function fromNpm(name: string, options: InstallOptions): Promise<FoundPlugin> {
  const [plugin] = await installPlugins([name], options);
  if (plugin) return plugin;
  throw new IlabError('E_PLUGIN_BROKEN', `${name} is no plugin of ilab.`, { hint: 'Check the name.' });
}
