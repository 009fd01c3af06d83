import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IlabError } from '@ilab/core/adapter';
import { type AliasEntry, NO_CONFIGURATION, type RegistriesConfiguration } from './registries-configuration.ts';

export interface ConfigurationPlaces {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  /** Where the administrator's files are; default `/etc/containers`. */
  readonly system?: string;
}

/** Far more than anybody writes, in bytes. */
const LONGEST = 4 * 1024 * 1024;

/**
 * Reads what Podman, Skopeo and Buildah are configured with: `$CONTAINERS_REGISTRIES_CONF`, else the user's `registries.conf`, else the
 * administrator's, and then the drop-ins of `registries.conf.d` by name, the user's last (containers-registries.conf.d(5)). Where the user
 * has a file of their own, the administrator's drop-ins don't count either. What is not there says nothing.
 * @throws IlabError E_BAD_CONFIG with file, line and key
 */
export async function readRegistriesConf(places: ConfigurationPlaces): Promise<RegistriesConfiguration> {
  let all = NO_CONFIGURATION;
  for (const path of await configurationFiles(places)) {
    const text = await readIfThere(path);
    if (text !== undefined) all = await withFile(all, { path, text });
  }
  return all;
}

/** The `[aliases]` of one file of this format. @throws IlabError E_BAD_CONFIG with file, line and key */
export async function readAliases(path: string): Promise<Readonly<Record<string, AliasEntry>>> {
  const text = await readIfThere(path);
  return text === undefined ? {} : (await withFile(NO_CONFIGURATION, { path, text })).aliases;
}

async function withFile(before: RegistriesConfiguration, { path, text }: { readonly path: string; readonly text: string }): Promise<RegistriesConfiguration> {
  // Loaded only where there is a file: most commands need none.
  const { ConfigurationProblem, parseRegistriesConf } = await import('./parse-registries-conf.ts');
  try {
    const { entries = [], search, mode, aliases } = parseRegistriesConf(text, path);
    const replaced = new Set(entries.map(({ prefix }) => prefix));
    return {
      ...before,
      entries: [...before.entries.filter(({ prefix }) => !replaced.has(prefix)), ...entries],
      ...(search && { search }),
      ...(mode !== undefined && { mode }),
      aliases: { ...before.aliases, ...aliases },
      files: [...before.files, path],
    };
  } catch (error) {
    if (!(error instanceof ConfigurationProblem)) throw error;
    throw new IlabError('E_BAD_CONFIG', `The registries in ${path} can’t be read: ${error.message}.`, {
      hint: 'Correct the file; CONTAINERS_REGISTRIES_CONF names another in its place.',
      details: { path },
    });
  }
}

async function configurationFiles({ env, home, system = '/etc/containers' }: ConfigurationPlaces): Promise<readonly string[]> {
  const user = join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'containers');
  const chosen = env['CONTAINERS_REGISTRIES_CONF'];
  const own = join(user, 'registries.conf');
  const isOwn = !chosen && (await readIfThere(own)) !== undefined;
  return [
    chosen || (isOwn ? own : join(system, 'registries.conf')),
    ...(isOwn ? [] : await dropIns(join(system, 'registries.conf.d'))),
    ...(await dropIns(join(user, 'registries.conf.d'))),
  ];
}

async function dropIns(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => []);
  return names
    .filter((name) => name.endsWith('.conf'))
    .sort()
    .map((name) => join(directory, name));
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    const text = await readFile(path, 'utf8');
    if (text.length <= LONGEST) return text;
    throw new Error('it is too long');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new IlabError('E_BAD_CONFIG', `The registries in ${path} can’t be read: ${error instanceof Error ? error.message : String(error)}.`, {
      hint: `Look at its owner and mode: ls -l ${path}`,
      cause: error,
    });
  }
}
