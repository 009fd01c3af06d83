import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { mustRun } from './run.ts';
import type { Workspace } from './workspace.ts';

/** A plugin as third parties write it, in plain JavaScript and without a dependency. */
export interface PluginParts {
  readonly name: string;
  readonly version?: string;
  /** Its only source, over a sound one; none: it has no source. */
  readonly registry?: Readonly<Record<string, unknown>>;
  /** More of its `ilab` block. */
  readonly ilab?: object;
  readonly oclif?: object;
  readonly scripts?: Readonly<Record<string, string>>;
  /** Its module, `dist/index.js`. */
  readonly entry: string;
  /** More files, by path. */
  readonly files?: Readonly<Record<string, string>>;
}

const GRAMMAR = {
  depth: { min: 1, max: 3 },
  patterns: { segment: '[a-z]+', version: '[a-z0-9]+' },
  defaultVersion: 'v1',
  entry: './dist/index.js',
  summary: 'A shelf',
};

/** Lays a plugin out in a folder of its name. @returns the folder */
export async function writePlugin(
  home: string,
  { name, version = '1.2.3', registry, ilab, oclif = {}, scripts = {}, entry, files = {} }: PluginParts,
): Promise<string> {
  const directory = join(home, name);
  await rm(directory, { recursive: true, force: true });
  const block = { apiVersion: 1, ...(registry && { registries: [{ ...GRAMMAR, ...registry }] }), ...ilab };
  const json = { name, version, type: 'module', files: ['dist', 'oclif.manifest.json'], scripts, oclif, ilab: block };
  for (const [path, content] of Object.entries({ 'package.json': JSON.stringify(json), 'dist/index.js': entry, ...files })) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  return directory;
}

/** The same as an archive that npm made. @returns its path */
export async function packPlugin({ home, env }: Workspace, parts: PluginParts): Promise<string> {
  const stdout = await mustRun('npm', ['pack', '--ignore-scripts', '--pack-destination', home], { cwd: await writePlugin(home, parts), env });
  return join(home, stdout.trim().split('\n').at(-1) ?? '');
}
