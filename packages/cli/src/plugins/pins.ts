import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { IlabError } from '@ilab/sdk';

/** What exactly was installed: from where, and the hash that npm held it against. */
export interface Pin {
  readonly version: string;
  readonly resolved: string;
  /** As npm writes it: `sha512-…`. */
  readonly integrity: string;
}

type Locked = Partial<Pin> & { readonly link?: boolean; readonly inBundle?: boolean };

const INSIDE = 'node_modules/';
const FILE = 'file:';

/**
 * Reads npm's lock of the added packages: every one of them in one version, with its hash.
 * @returns the pins by the package's name
 * @throws IlabError E_PLUGIN_BROKEN for what has none: a folder, or something from Git
 */
export async function readPins(dataDir: string): Promise<ReadonlyMap<string, Pin>> {
  const pins = new Map<string, Pin>();
  for (const [path, { version, resolved, integrity, inBundle }] of Object.entries(await readLock(dataDir))) {
    if (path === '' || inBundle) continue;
    // What is no package of a registry or archive lies elsewhere: `../shelf`.
    const name = path.includes(INSIDE) ? path.slice(path.lastIndexOf(INSIDE) + INSIDE.length) : basename(path);
    if (version === undefined || resolved === undefined || integrity === undefined) {
      throw new IlabError('E_PLUGIN_BROKEN', `${name} has no hash by which it could be told from another.`, {
        hint: 'Packages of a registry and archives have one; a folder is used where it lies with: ilab plugins link',
      });
    }
    if (path === INSIDE + name) pins.set(name, { version, resolved: absolute(resolved, dataDir), integrity });
  }
  return pins;
}

/** npm writes archives as they lie seen from its folder, where nobody is. */
function absolute(resolved: string, dataDir: string): string {
  return resolved.startsWith(FILE) ? FILE + resolve(dataDir, resolved.slice(FILE.length)) : resolved;
}

async function readLock(dataDir: string): Promise<Readonly<Record<string, Locked>>> {
  try {
    const { packages } = JSON.parse(await readFile(join(dataDir, 'package-lock.json'), 'utf8')) as { packages?: Readonly<Record<string, Locked>> };
    return packages ?? {};
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return {};
    throw new IlabError('E_PLUGIN_BROKEN', `npm’s lock in ${dataDir} can’t be read.`, { hint: 'Install the plugins again.', cause: error });
  }
}
