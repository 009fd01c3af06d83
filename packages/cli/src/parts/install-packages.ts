import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { IlabError, missingPackages, type PartFolder } from '@ilab/sdk';
import { runNpm } from '../plugins/run-npm.ts';

export interface InstallPackagesRequest {
  readonly folder: PartFolder;
  /** By name, an exact version. */
  readonly packages: Readonly<Record<string, string>>;
  /** Anew, although all seem to be there. */
  readonly force?: boolean;
}

/**
 * Installs what an engine needs, whole or not at all: beside what is there, which is replaced in the end. No script runs, and nothing
 * that is optional comes, so nothing is built and no library for GPUs comes unasked.
 * @returns whether anything was to be done
 * @throws IlabError E_PLUGIN_BROKEN
 */
export async function installPackages(
  { folder, packages, force = false }: InstallPackagesRequest,
  { signal, onPlace }: { readonly signal: AbortSignal /** Told where it grows. */; readonly onPlace?: (directory: string) => void },
): Promise<boolean> {
  if (Object.keys(packages).length === 0) return false;
  if (!force && (await missingPackages(folder.packages, packages)).length === 0) return false;
  await mkdir(folder.root, { recursive: true });
  const growing = join(folder.root, `packages.${randomUUID()}`);
  try {
    onPlace?.(growing);
    const wanted = Object.entries(packages).map(([name, version]) => `${name}@${version}`);
    await runNpm('install', wanted, { dataDir: growing, signal, lean: true });
    const lacks = await missingPackages(growing, packages);
    if (lacks.length > 0) throw new IlabError('E_PLUGIN_BROKEN', `npm did not bring ${lacks.join(', ')}.`, { hint: 'Is there a build for this platform?' });
    await rm(folder.packages, { recursive: true, force: true });
    await rename(growing, folder.packages);
    return true;
  } finally {
    await rm(growing, { recursive: true, force: true });
  }
}
