import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Interfaces } from '@oclif/core';
import { Plugin } from '@oclif/core/config';
import { type AddedPlugin, addedPlugins } from './plugin-folder.ts';

/** A plugin that the user added, as oclif has plugins. */
export type Added = Plugin & { type: AddedPlugin['type'] };

interface Loading {
  readonly dataDir: string;
  readonly ignoreManifest: boolean;
}

/**
 * Reads the plugins that the user added, without what oclif would take of their packages unseen: hooks, plugins of plugins, lists of commands
 * where a package says that it has none, and topics.
 * @returns also those that can't be read, which are left out
 */
export async function loadAdded(loading: Loading): Promise<{ readonly added: readonly Added[]; readonly lost: readonly AddedPlugin[] }> {
  const listed = await addedPlugins(loading.dataDir).catch(() => []);
  const loaded = await Promise.all(listed.map((one) => load(one, loading).catch(() => undefined)));
  return { added: loaded.filter((one) => one !== undefined), lost: listed.filter((_one, place) => loaded[place] === undefined) };
}

async function load({ name, type, root: place, tag }: AddedPlugin, { dataDir, ignoreManifest }: Loading): Promise<Added | undefined> {
  const root = type === 'link' && place !== undefined ? place : join(dataDir, 'node_modules', name);
  const pjson = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as Interfaces.PJSON;
  if (pjson.name !== name || typeof pjson.version !== 'string') return undefined;
  const plugin = new Plugin({ name, type, tag, ignoreManifest, root: type === 'link' ? root : join(dataDir, 'package.json') });
  // oclif takes a millisecond for each package that it looks into.
  if (pjson.oclif?.commands === undefined) Object.assign(plugin, { ...plain(pjson), root, type, tag });
  else await plugin.load();
  return Object.assign(plugin, { hooks: {} }) as Added;
}

/** What oclif would make of a package without commands. */
function plain(pjson: Interfaces.PJSON): Partial<Plugin> {
  const { name, version } = pjson;
  return {
    name,
    alias: name,
    version,
    pjson: { ...pjson, oclif: {} },
    moduleType: 'module',
    valid: true,
    commands: [],
    commandIDs: [],
    manifest: { commands: {}, version },
  };
}
