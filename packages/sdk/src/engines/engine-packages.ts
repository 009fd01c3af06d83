import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where an engine or runner has what is its own. */
export interface PartFolder {
  readonly root: string;
  /** Has `node_modules` with the packages that it needs. */
  readonly packages: string;
  /** For the engine itself, between runs. */
  readonly data: string;
}

export function partFolder(dataDirectory: string, kind: 'engines' | 'runners', name: string): PartFolder {
  const root = join(dataDirectory, kind, name);
  return { root, packages: join(root, 'packages'), data: join(root, 'data') };
}

/** Packages of a manifest for this machine: by name, an exact version. */
export function packagesFor(packages: Readonly<Record<string, string>> = {}, platform: string = platformName()): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(packages).map(([name, version]) => [name.replaceAll('{platform}', platform), version]));
}

/** Names of the packages that are not there in exactly their version. */
export async function missingPackages(folder: string, packages: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const checked = await Promise.all(
    Object.entries(packages).map(async ([name, version]) => ((await installedVersion(folder, name)) === version ? [] : [name])),
  );
  return checked.flat();
}

async function installedVersion(folder: string, name: string): Promise<unknown> {
  try {
    const json: unknown = JSON.parse(await readFile(join(folder, 'node_modules', name, 'package.json'), 'utf8'));
    return typeof json === 'object' && json !== null && 'version' in json ? json.version : undefined;
  } catch {
    // Not there, or half: both are not installed.
    return undefined;
  }
}

/** This machine as `node-llama-cpp` calls it. */
function platformName(): string {
  const { platform, arch } = process;
  if (platform === 'darwin') return arch === 'arm64' ? 'mac-arm64-metal' : 'mac-x64';
  return `${platform === 'win32' ? 'win' : platform}-${arch === 'arm' ? 'armv7l' : arch}`;
}
