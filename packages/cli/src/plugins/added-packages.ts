import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PluginPackage } from '@ilab/sdk';
import { type AddedPlugin, addedPlugins } from './plugin-folder.ts';

/** What the plugins that were added say of themselves; those that can't be read have nothing. */
export async function addedPackages(dataDir: string): Promise<readonly PluginPackage[]> {
  const read = await Promise.all((await addedPlugins(dataDir)).map((added) => readPackage(added, dataDir)));
  return read.filter((one) => one !== undefined);
}

async function readPackage({ name, type, root = '' }: AddedPlugin, dataDir: string): Promise<PluginPackage | undefined> {
  const directory = type === 'link' ? root : join(dataDir, 'node_modules', name);
  try {
    const { version, ilab } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as { version: string; ilab?: unknown };
    return { name, version, root: directory, manifest: ilab, type };
  } catch {
    return undefined;
  }
}
