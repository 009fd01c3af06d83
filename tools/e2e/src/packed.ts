import { cp, mkdtemp, readdir, readFile, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './programs.ts';
import { mustRun } from './run.ts';

const SHARED = ['packages/core', 'packages/plugin-api', 'packages/transfer', 'packages/oras', 'plugins/hf', 'plugins/oci'];

/** Everything of ours that an install of the command line, or of the library, brings. */
export const CLI_PACKAGES: readonly string[] = [...SHARED, 'packages/cli'];
export const SDK_PACKAGES: readonly string[] = [
  ...SHARED,
  'packages/formats',
  'packages/programs',
  'packages/convert',
  'packages/local-fs',
  'packages/signatures',
  'packages/sdk',
];

/** Packs packages as they would be published. @returns absolute paths of the archives, in a directory of their own */
export async function packAll(folders: readonly string[]): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'ilab-packed-'));
  for (const folder of folders) await mustRun('pnpm', ['pack', '--pack-destination', directory], { cwd: join(root, folder), env: process.env });
  return (await readdir(directory)).map((name) => join(directory, name));
}

/**
 * Packs one of our plugins with all that it needs, what others publish too, so that it can be installed where no registry of npm is.
 * @returns absolute paths of the archives, in a directory of their own
 */
export async function packPluginWithAll(folder: string): Promise<readonly string[]> {
  const ours = await packAll(['packages/core', 'packages/plugin-api', folder]);
  const { dependencies } = JSON.parse(await readFile(join(root, folder, 'package.json'), 'utf8')) as { dependencies: Readonly<Record<string, string>> };
  const directory = dirname(ours[0] ?? '');
  for (const name of Object.keys(dependencies).filter((dependency) => !dependency.startsWith('@ilab/'))) {
    // In a pnpm workspace npm packs nothing that pnpm has laid there.
    const cwd = await mkdtemp(join(tmpdir(), 'ilab-other-'));
    await cp(await realpath(join(root, folder, 'node_modules', name)), cwd, { recursive: true });
    await mustRun('npm', ['pack', '--ignore-scripts', '--pack-destination', directory], { cwd, env: process.env });
    await rm(cwd, { recursive: true });
  }
  return (await readdir(directory)).map((name) => join(directory, name));
}
