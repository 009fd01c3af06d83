import { readdir, readFile, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** A package below a `node_modules`. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  /** Below the `node_modules` that was looked at. */
  readonly path: string;
  /** Bytes of its files, without those of packages within it. */
  readonly size: number;
  /** What it would run when it is installed. */
  readonly scripts: readonly string[];
  /** Files that are code of one machine, or make it. */
  readonly native: readonly string[];
}

type PackageJson = { readonly name?: string; readonly version?: string; readonly scripts?: Readonly<Record<string, string>>; readonly gypfile?: boolean };

const MANIFEST = /(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/]+\/package\.json$/;
const NATIVE = /(?:\.(?:node|so|dylib|dll|exe)|(?:^|\/)binding\.gyp)$/;
const WHEN_INSTALLED = ['preinstall', 'install', 'postinstall'];

/** Every package below a `node_modules`, however deep. */
export async function installedPackages(modules: string): Promise<readonly InstalledPackage[]> {
  const files = (await readdir(modules, { recursive: true })).filter((path) => !/(?:^|\/)\.(?:bin|package-lock\.json)(?:\/|$)/.test(path));
  const roots = files.filter((path) => MANIFEST.test(`node_modules/${path}`)).map((path) => dirname(path));
  return Promise.all(roots.map((path) => readPackage(modules, path, filesOf(path, { files, roots }))));
}

function filesOf(path: string, { files, roots }: { readonly files: readonly string[]; readonly roots: readonly string[] }): readonly string[] {
  const within = roots.filter((other) => other.startsWith(`${path}/`));
  return files.filter((file) => file.startsWith(`${path}/`) && !within.some((other) => file.startsWith(`${other}/`)));
}

async function readPackage(modules: string, path: string, files: readonly string[]): Promise<InstalledPackage> {
  const { name = path, version = '', scripts = {}, gypfile = false } = JSON.parse(await readFile(join(modules, path, 'package.json'), 'utf8')) as PackageJson;
  const sizes = await Promise.all(files.map(async (file) => stat(join(modules, file)).then((found) => (found.isFile() ? found.size : 0))));
  return {
    name,
    version,
    path,
    size: sizes.reduce((sum, size) => sum + size, 0),
    scripts: WHEN_INSTALLED.filter((script) => Object.hasOwn(scripts, script)),
    native: [...files.filter((file) => NATIVE.test(file)), ...(gypfile ? [`${path}/package.json`] : [])],
  };
}
