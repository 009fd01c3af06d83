import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { root } from './programs.ts';
import { mustRun } from './run.ts';

/** Packages of ours that somebody who writes a plugin fetches. */
export const AUTHORS_PACKAGES: readonly string[] = ['packages/core', 'packages/plugin-api', 'packages/testkit', 'packages/create-ilab-plugin'];

/** What a generated plugin takes from elsewhere; here, from this repository. */
const OTHERS = ['vitest', 'typescript', '@types/node'];

/** Does in a generated plugin what `npm install` would, without fetching anything. @param archives ours, packed */
export async function layOutModules(directory: string, archives: readonly string[]): Promise<void> {
  const modules = join(directory, 'node_modules');
  for (const name of ['core', 'plugin-api', 'testkit']) await unpackArchive(archives, { name: `ilab-${name}`, directory: join(modules, '@ilab', name) });
  for (const folder of ['@types', '.bin']) await mkdir(join(modules, folder));
  for (const name of OTHERS) await symlink(join(root, 'node_modules', name), join(modules, name));
  await symlink(join(root, 'node_modules', 'vitest', 'vitest.mjs'), join(modules, '.bin', 'vitest'));
  await symlink(join(root, 'node_modules', 'typescript', 'bin', 'tsc'), join(modules, '.bin', 'tsc'));
}

/** Unpacks one of many archives, the one that `pnpm pack` gave that name. */
export async function unpackArchive(archives: readonly string[], { name, directory }: { readonly name: string; readonly directory: string }): Promise<void> {
  const archive = archives.find((path) => path.includes(`/${name}-`));
  if (archive === undefined) throw new Error(`${name} was not packed`);
  await mkdir(directory, { recursive: true });
  await mustRun('tar', ['-xzf', archive, '-C', directory, '--strip-components=1'], { env: process.env });
}
