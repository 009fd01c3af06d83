import { packagesFor, partFolder } from '@ilab/sdk';
import type { FoundPlugin } from '../plugins/read-plugin.ts';
import { approval } from '../plugins/approval.ts';
import { findPlugin, type FindPluginRequest } from './find-plugin.ts';
import { withBuild } from './with-build.ts';
import { type InstalledEngine, installEngine, type InstallEngineDeps, type InstallEngineRequest } from './install-engine.ts';

export interface BringEngineRequest extends Omit<FindPluginRequest, 'kind'>, Pick<InstallEngineRequest, 'yes' | 'force'> {
  /** One of the engine's builds, besides what it needs anyhow. */
  readonly build?: string | undefined;
  /** Where plugins and engines are. */
  readonly dataDir: string;
}

/** Brings an engine's plugin, and what each engine of it needs. @throws IlabError as `findPlugin`, `withBuild` and `installEngine` */
export async function bringEngine(
  { dataDir, build, yes = false, force = false, ...request }: BringEngineRequest,
  deps: InstallEngineDeps,
): Promise<{ readonly plugin: FoundPlugin; readonly installed: readonly InstalledEngine[] }> {
  const approve = approval({ ...deps, yes });
  const plugin = await findPlugin({ ...request, kind: 'engine' }, { dataDir, signal: deps.signal, approve, note: deps.note });
  const installed: InstalledEngine[] = [];
  for (const manifest of plugin.engines) {
    const { engine } = manifest;
    const { packages, size } = withBuild(manifest, build);
    const folder = partFolder(dataDir, 'engines', engine);
    installed.push(await installEngine({ engine, plugin, folder, packages: packagesFor(packages), yes, force, ...(size !== undefined && { size }) }, deps));
  }
  return { plugin, installed };
}
