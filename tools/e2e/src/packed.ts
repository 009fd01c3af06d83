import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
