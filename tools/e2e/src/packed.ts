import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from './programs.ts';
import { mustRun } from './run.ts';

/** Everything that a global install of the command line brings of ours. */
const PACKAGES = ['packages/core', 'packages/plugin-api', 'packages/transfer', 'packages/oras', 'plugins/hf', 'plugins/oci', 'packages/cli'];

/** Packs the command line and what it needs of ours as they would be published. @returns absolute paths of the archives */
export async function packAll(): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'ilab-packed-'));
  for (const folder of PACKAGES) await mustRun('pnpm', ['pack', '--pack-destination', directory], { cwd: join(root, folder), env: process.env });
  return (await readdir(directory)).map((name) => join(directory, name));
}
