import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type PackageRegistry, startPackageRegistry } from './package-registry.ts';
import { CLI_PACKAGES, packAll } from './packed.ts';
import { AUTHORS_PACKAGES, layOutModules, unpackArchive } from './plugin-author.ts';
import type { Reader } from './reader.ts';
import { mustRun, type Outcome } from './run.ts';
import type { TutorialCommand } from './tutorial.ts';
import { unreachable } from './unreachable.ts';
import { CLI, createWorkspace, type Workspace } from './workspace.ts';

/** Whether packages of others are fetched, and the packed command line is installed; otherwise what npm would put there is laid out, and the built one is used. */
export const IS_WHOLE: boolean = process.env['ILAB_TEST_FULL'] === '1';

/** A machine of somebody who writes a plugin: npm, with our packages in its registry, and `ilab`. */
export interface AuthorWorld extends AsyncDisposable {
  readonly workspace: Workspace;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Types a line as a page has it. */
  types(reader: Reader, command: TutorialCommand): Promise<Outcome>;
}

/** Where npm fetches packages of others. */
const others = (): Promise<string> => mustRun('npm', ['config', 'get', 'registry'], { env: process.env }).then((url) => url.trim());

/** Why it can't be had; undefined when it can. */
export async function lackingAuthorWorld(): Promise<string | undefined> {
  return IS_WHOLE ? unreachable(await others()) : undefined;
}

export async function createAuthorWorld(): Promise<AuthorWorld> {
  const workspace = await createWorkspace();
  const archives = await packAll([...new Set([...AUTHORS_PACKAGES, ...(IS_WHOLE ? CLI_PACKAGES : [])])]);
  const packages = await startPackageRegistry(archives, IS_WHOLE ? await others() : undefined);
  const env = environment(workspace, packages);
  if (IS_WHOLE) await mustRun('npm', ['install', '--global', '--prefix', join(workspace.home, 'ilab'), '--ignore-scripts', '@ilab/cli'], { env });
  else await writeProgram(join(workspace.home, 'bin'));
  return {
    workspace,
    env,
    types: async (reader, command) =>
      (IS_WHOLE ? undefined : await instead(command, { workspace, env, archives, directory: reader.directory })) ?? reader.types(command),
    async [Symbol.asyncDispose]() {
      await packages.close();
      await workspace.remove();
      await rm(dirname(archives[0] ?? workspace.home), { recursive: true, force: true });
    },
  };
}

function environment({ home, env }: Workspace, packages: PackageRegistry): AuthorWorld['env'] {
  return {
    // What it takes to reach the network from here: certificates, proxies.
    ...(IS_WHOLE && process.env),
    ...env,
    PATH: [join(home, 'bin'), join(home, 'ilab', 'bin'), dirname(process.execPath), process.env['PATH']].join(':'),
    npm_config_registry: packages.url,
    npm_config_cache: join(home, 'npm'),
    npm_config_yes: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    NO_COLOR: '1',
  };
}

async function writeProgram(bin: string): Promise<void> {
  await mkdir(bin);
  await writeFile(join(bin, 'ilab'), `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`);
  await chmod(join(bin, 'ilab'), 0o755);
}

interface Here extends Pick<AuthorWorld, 'workspace' | 'env'> {
  readonly archives: readonly string[];
  readonly directory: string;
}

/** Lays out what npm would fetch. */
async function instead({ line }: TutorialCommand, { workspace, env, archives, directory }: Here): Promise<Outcome | undefined> {
  if (line.startsWith('npm create ilab-plugin@latest ')) {
    const tool = join(workspace.home, 'create');
    await unpackArchive(archives, { name: 'create-ilab-plugin', directory: tool });
    const args = line
      .split(' ')
      .slice(3)
      .filter((word) => word !== '--');
    return { code: 0, stdout: await mustRun(process.execPath, [join(tool, 'dist', 'main.js'), ...args], { cwd: directory, env }), stderr: '' };
  }
  if (line !== 'npm install') return undefined;
  await layOutModules(directory, archives);
  return { code: 0, stdout: '', stderr: '' };
}
