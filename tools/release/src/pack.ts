import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runProgram } from '@ilab/checks/program';
import { workspacePackages } from '@ilab/checks/repository';

/** A package of the workspace and all of ours that it brings when it is installed. @returns absolute folders */
export function foldersBehind(root: string, name: string): readonly string[] {
  const packages = new Map(workspacePackages(root).map((found) => [found.name, found]));
  const wanted = new Set([name]);
  for (const one of wanted) for (const dependency of packages.get(one)?.dependencies ?? []) wanted.add(dependency);
  return [...wanted].map((one) => packages.get(one)?.directory).filter((directory) => directory !== undefined);
}

/** Packs built packages as they would be published. @returns absolute paths of the archives, in a new directory */
export async function packFolders(folders: readonly string[]): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'ilab-packed-'));
  for (const cwd of folders) {
    const { code, output } = await runProgram('pnpm', ['pack', '--pack-destination', directory], { cwd });
    if (code !== 0) throw new Error(`${cwd} can't be packed:\n${output}`);
  }
  return (await readdir(directory)).sort().map((name) => join(directory, name));
}
