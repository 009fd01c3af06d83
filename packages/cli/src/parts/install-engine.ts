import { IlabError, missingPackages, type PartFolder, type Progress, type Prompt } from '@ilab/sdk';
import type { FoundPlugin } from '../plugins/read-plugin.ts';
import { formatBytes } from '../present/units.ts';
import { folderSize } from './folder-size.ts';
import { installPackages } from './install-packages.ts';
import { watchFolder } from './watch-folder.ts';

/** For `--json`. */
export interface InstalledEngine {
  readonly engine: string;
  readonly plugin: string;
  readonly version: string;
  readonly packages: Readonly<Record<string, string>>;
  /** What the packages take on disk. */
  readonly bytes: number;
  /** Whether anything was to be done. */
  readonly changed: boolean;
}

export interface InstallEngineRequest {
  readonly engine: string;
  readonly plugin: Pick<FoundPlugin, 'name' | 'version'>;
  readonly folder: PartFolder;
  readonly packages: Readonly<Record<string, string>>;
  /** About, in bytes, as its manifest says. */
  readonly size?: number;
  readonly yes?: boolean;
  readonly force?: boolean;
}

export interface InstallEngineDeps {
  readonly signal: AbortSignal;
  readonly prompt: Prompt;
  readonly progress: Progress;
  readonly note: (line: string) => void;
}

/** Installs what an engine needs, after saying how much that is. @throws IlabError E_USAGE when the person says no; E_PLUGIN_BROKEN */
export async function installEngine(request: InstallEngineRequest, deps: InstallEngineDeps): Promise<InstalledEngine> {
  const { engine, plugin, folder, packages, force = false } = request;
  const wanted = force || (await missingPackages(folder.packages, packages)).length > 0;
  if (wanted) await ask(request, deps);
  const changed = wanted && (await installWatched(request, deps));
  return { engine, plugin: plugin.name, version: plugin.version, packages, bytes: await folderSize(folder.packages), changed };
}

async function ask({ engine, packages, size, yes = false }: InstallEngineRequest, { prompt, note, signal }: InstallEngineDeps): Promise<void> {
  const list = Object.entries(packages).map(([name, version]) => `${name} ${version}`);
  note(`${engine} needs ${list.join(', ')}${size === undefined ? '' : `: about ${formatBytes(size)} on disk`}.`);
  if (yes || !prompt.interactive) return;
  const agreed = await prompt.confirm({ message: 'Install it?' }, { signal });
  if (!agreed) throw new IlabError('E_USAGE', 'Nothing was installed.', { hint: 'Answer y, or say --yes.' });
}

async function installWatched(request: InstallEngineRequest, { signal, progress }: InstallEngineDeps): Promise<boolean> {
  let stop: (() => void) | undefined;
  const { engine: label, size } = request;
  const onPlace = (directory: string): void => {
    if (size !== undefined) stop = watchFolder(directory, { progress, label, size });
  };
  try {
    return await installPackages(request, { signal, onPlace });
  } finally {
    stop?.();
  }
}
