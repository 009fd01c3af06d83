import { join } from 'node:path';
import { isIlabError, partNames } from '@ilab/sdk';
import { type Pin, readPins } from './pins.ts';
import { type AddedPlugin, addedPlugins } from './plugin-folder.ts';
import { type FoundPlugin, readPlugin } from './read-plugin.ts';

/** A plugin that was added, as it is now. */
export interface ListedPlugin extends Omit<AddedPlugin, 'tag'> {
  readonly version?: string;
  /** Where it came from, or where it lies. */
  readonly from?: string;
  readonly integrity?: string;
  readonly state: 'ready' | 'broken';
  readonly reason?: string;
  /** What it brings: schemes, engines, runners, verifiers, donors, carriers, commands. */
  readonly brings?: readonly string[];
}

/** Reads what each plugin says of itself; none of their code runs. */
export async function listPlugins(dataDir: string): Promise<readonly ListedPlugin[]> {
  const pins = await readPins(dataDir).catch(() => new Map<string, Pin>());
  return Promise.all((await addedPlugins(dataDir)).map((added) => look(added, { dataDir, pin: pins.get(added.name) })));
}

/** The same of plugins that have just been added. */
export async function listedOf(added: readonly { readonly name: string }[], dataDir: string): Promise<readonly ListedPlugin[]> {
  const names = added.map(({ name }) => name);
  return (await listPlugins(dataDir)).filter(({ name }) => names.includes(name));
}

async function look(added: AddedPlugin, { dataDir, pin }: { readonly dataDir: string; readonly pin: Pin | undefined }): Promise<ListedPlugin> {
  const { name, type, root, tag } = added;
  const listed = {
    name,
    type,
    ...(root !== undefined && { root, from: root }),
    ...(pin && type === 'user' && { from: pin.resolved, integrity: pin.integrity }),
  };
  try {
    const plugin = await readPlugin(root ?? join(dataDir, 'node_modules', name));
    const reason = problem(plugin, { tag, pin, type });
    if (!plugin || reason !== undefined) return { ...listed, ...(tag !== undefined && { version: tag }), state: 'broken', reason: reason ?? 'it is no plugin' };
    return { ...listed, version: plugin.version, state: 'ready', brings: partsOf(plugin) };
  } catch (error) {
    if (!isIlabError(error)) throw error;
    return { ...listed, ...(tag !== undefined && { version: tag }), state: 'broken', reason: error.message };
  }
}

interface Known {
  readonly type: AddedPlugin['type'];
  readonly tag: string | undefined;
  readonly pin: Pin | undefined;
}

function problem(plugin: FoundPlugin | undefined, { tag, type, pin }: Known): string | undefined {
  if (!plugin) return 'it is no plugin any more';
  if (type === 'link') return undefined;
  if (plugin.version !== tag) return `version ${plugin.version} is there, and ${tag ?? 'none'} was added`;
  return pin?.version === tag ? undefined : 'npm’s lock does not have it';
}

function partsOf(plugin: FoundPlugin): readonly string[] {
  const schemes = plugin.registries.flatMap((registry) => registry.schemes.map((scheme) => `${scheme}://`));
  return [...schemes, ...partNames(plugin), ...plugin.commands];
}
