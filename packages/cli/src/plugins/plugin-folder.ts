import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A plugin that the user added, as oclif reads it from the `package.json` of its data directory. */
export interface AddedPlugin {
  readonly name: string;
  readonly type: 'user' | 'link';
  /** Of a linked one: where it is. */
  readonly root?: string;
  /** Of an installed one: its exact version. */
  readonly tag?: string;
}

type PackageJson = Record<string, unknown> & { oclif?: { schema?: number; plugins?: readonly AddedPlugin[] } };

/** The plugins that were added to this user's `ilab`. */
export async function addedPlugins(dataDir: string): Promise<readonly AddedPlugin[]> {
  return (await readPackage(dataDir)).oclif?.plugins ?? [];
}

/** Writes the list of added plugins, whole or not at all; npm's own entries stay. */
export async function writePlugins(dataDir: string, plugins: readonly AddedPlugin[]): Promise<void> {
  const json: PackageJson = { private: true, ...(await readPackage(dataDir)), oclif: { schema: 1, plugins } };
  await mkdir(dataDir, { recursive: true });
  const path = join(dataDir, 'package.json');
  await writeFile(`${path}.tmp`, `${JSON.stringify(json, null, 2)}\n`);
  await rename(`${path}.tmp`, path);
}

/** Names of packages that npm keeps here on request, with what was asked for. */
export async function requestedPackages(dataDir: string): Promise<Readonly<Record<string, string>>> {
  const { dependencies = {} } = (await readPackage(dataDir)) as { dependencies?: Record<string, string> };
  return dependencies;
}

async function readPackage(dataDir: string): Promise<PackageJson> {
  try {
    return JSON.parse(await readFile(join(dataDir, 'package.json'), 'utf8')) as PackageJson;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw error;
  }
}
