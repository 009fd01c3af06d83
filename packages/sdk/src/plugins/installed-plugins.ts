import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { dataDirectory } from '../config/data-directory.ts';
import { bundledPlugins } from './bundled-plugins.ts';
import type { PluginPackage } from './plugin-package.ts';
import { isRecord } from './values.ts';

/**
 * What the user added with the command line, engines and runners among it, before what comes along: for a program that wants what
 * `ilab` has. Packages that are gone or can't be read are left out.
 */
export async function installedPlugins({
  env = process.env,
  home = homedir(),
  dataDir = dataDirectory({ env, home }),
}: {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly home?: string;
  readonly dataDir?: string;
} = {}): Promise<readonly PluginPackage[]> {
  const { oclif } = await readObject(join(dataDir, 'package.json'));
  const listed = isRecord(oclif) && Array.isArray(oclif['plugins']) ? oclif['plugins'].filter(isRecord) : [];
  const added = await Promise.all(listed.map((plugin) => readAdded(plugin, dataDir)));
  return [...added.flat(), ...bundledPlugins()];
}

async function readAdded({ name, type, root: place }: Readonly<Record<string, unknown>>, dataDir: string): Promise<readonly PluginPackage[]> {
  if (typeof name !== 'string') return [];
  const isLink = type === 'link' && typeof place === 'string';
  const root = isLink ? place : join(dataDir, 'node_modules', name);
  const { name: found, version, ilab: manifest } = await readObject(join(root, 'package.json'));
  if (found !== name || typeof version !== 'string') return [];
  return [{ name, version, root, manifest, type: isLink ? 'link' : 'user' }];
}

async function readObject(path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    const value: unknown = JSON.parse(await readFile(path, 'utf8'));
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}
