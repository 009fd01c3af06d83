import { cp, mkdir, mkdtemp, readFile, realpath, rename, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packAll } from './packed.ts';
import { root } from './programs.ts';
import { mustRun } from './run.ts';

/**
 * Packs one of our plugins as it would be published, with what it needs inside, so that it can be installed where no registry of npm is.
 * @param folder `plugins/s3`; @returns the archive, in a directory of its own
 */
export async function bundlePlugin(folder: string): Promise<string> {
  const stage = await mkdtemp(join(tmpdir(), 'ilab-bundle-'));
  const { name, dependencies } = await readJson(join(root, folder));
  const ours = await packAll(['packages/core', 'packages/plugin-api', folder]);
  const others = Object.keys(dependencies).filter((dependency) => !dependency.startsWith('@ilab/'));
  const copies = await Promise.all(
    others.map(async (dependency) => copyOf(await realpath(join(root, folder, 'node_modules', dependency)), join(stage, 'others', dependency))),
  );
  await writeFile(join(stage, 'package.json'), '{"private":true}');
  const npm = ['install', '--offline', '--install-links', '--ignore-scripts', '--no-audit', '--no-fund', '--cache', join(stage, 'npm-cache')];
  await mustRun('npm', [...npm, ...ours, ...copies], { cwd: stage, env: process.env });
  const modules = join(stage, 'node_modules');
  const plugin = join(stage, 'plugin');
  await rename(join(modules, name), plugin);
  await rename(modules, join(plugin, 'node_modules'));
  const manifest = await readJson(plugin);
  await writeFile(join(plugin, 'package.json'), JSON.stringify({ ...manifest, bundleDependencies: [...Object.keys(dependencies), '@ilab/core'] }));
  const packed = await mustRun('npm', ['pack', '--ignore-scripts', '--pack-destination', stage], { cwd: plugin, env: process.env });
  return join(stage, packed.trim().split('\n').at(-1) ?? '');
}

async function copyOf(from: string, to: string): Promise<string> {
  await mkdir(join(to, '..'), { recursive: true });
  await cp(from, to, { recursive: true });
  return to;
}

async function readJson(folder: string): Promise<{ readonly name: string; readonly dependencies: Readonly<Record<string, string>> }> {
  return JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { name: string; dependencies: Record<string, string> };
}
