import { join } from 'node:path';
import type { CallOptions, Credential, CredentialStore, Logger } from '@ilab/core/adapter';
import { type AuthFile, lookUp, readAuthFile } from './auth-file.ts';
import { askHelper, tellHelper } from './credential-helper.ts';
import { dropEntry, writeEntry } from './write-auth-file.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Docker Hub's credentials stand under the address it had once. */
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/';

export interface StoredCredentialsOptions {
  readonly env: Env;
  readonly home: string;
  readonly logger?: Logger;
}

/**
 * Credentials as `docker login` and `podman login` leave them, in Podman's order: `REGISTRY_AUTH_FILE` alone if set, else containers'
 * `auth.json` of this session, then of this user, then Docker's `config.json`; each with its credential helpers.
 */
export function createStoredCredentials({ env, home, logger }: StoredCredentialsOptions): CredentialStore {
  return {
    async find(host, { repository, ...options }) {
      for (const path of authFiles(env, home)) {
        const file = await readAuthFile(path);
        const found = file && (await findIn(file, { host, repository, env, logger }, options));
        if (found) return found;
      }
      return undefined;
    },
    async store(host, credential, options) {
      const place = await placeFor(host, { env, home });
      if (place.helper !== undefined) return tellHelper({ name: place.helper, server: serverOf(host), env }, credential, options);
      await writeEntry(place.path, serverOf(host), credential);
      return place.path;
    },
    async erase(host, options) {
      const places: string[] = [];
      for (const path of authFiles(env, home)) {
        const file = await readAuthFile(path);
        if (!file) continue;
        const helper = helperFor(file, host);
        const asked = helper === undefined ? undefined : await askHelper({ name: helper, server: serverOf(host), env, logger }, options);
        if (helper !== undefined && asked) places.push(await tellHelper({ name: helper, server: serverOf(host), env }, undefined, options));
        const keys = keysOf(file, host);
        if (keys.length === 0) continue;
        await dropEntry(path, keys);
        places.push(path);
      }
      return places;
    },
  };
}

type Place = { readonly path: string; readonly helper?: string };

/**
 * Where a host's credentials are to stand, so that they are the ones found: where some are already, else in a helper that the user
 * chose, else in the first file that outlives the session.
 */
async function placeFor(host: string, { env, home }: { readonly env: Env; readonly home: string }): Promise<Place> {
  const paths = authFiles(env, home);
  const files = (await Promise.all(paths.map(readAuthFile))).filter((file) => file !== undefined);
  for (const file of files) {
    const helper = Object.hasOwn(file.helpers, host) ? file.helpers[host] : undefined;
    if (helper !== undefined) return { path: file.path, helper };
    // Docker leaves an empty entry for what its helper keeps.
    const isEmpty = keysOf(file, host).every((key) => Object.keys(Object(file.auths[key])).length === 0);
    if (keysOf(file, host).length > 0) return { path: file.path, ...(isEmpty && file.store !== undefined && { helper: file.store }) };
  }
  const lasting = paths.length === 1 ? paths : paths.slice(-2);
  const [first] = files.filter(({ path }) => lasting.includes(path));
  if (!first) return { path: lasting[0] ?? join(home, '.docker', 'config.json') };
  return { path: first.path, ...(first.store !== undefined && { helper: first.store }) };
}

function helperFor(file: AuthFile, host: string): string | undefined {
  return Object.hasOwn(file.helpers, host) ? file.helpers[host] : file.store;
}

/** Under what a host itself stands in a file; what is kept for one of its namespaces is another credential. */
function keysOf({ auths }: AuthFile, host: string): readonly string[] {
  const names = host === 'docker.io' ? ['docker.io', 'index.docker.io'] : [host];
  return Object.keys(auths).filter((key) => names.includes(key) || (/^https?:\/\//.test(key) && names.includes(key.split('/')[2] ?? '')));
}

/** What Docker calls a host in its files and to its helpers. */
function serverOf(host: string): string {
  return host === 'docker.io' ? DOCKER_HUB_KEY : host;
}

/** Files that may hold credentials, whether or not they are there, in the order in which they are asked (containers-auth.json(5)). */
export function authFiles(env: Env, home: string): readonly string[] {
  const chosen = env['REGISTRY_AUTH_FILE'];
  if (chosen) return [chosen];
  const runtime = env['XDG_RUNTIME_DIR'];
  return [
    ...(runtime ? [join(runtime, 'containers', 'auth.json')] : []),
    join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'containers', 'auth.json'),
    join(env['DOCKER_CONFIG'] || join(home, '.docker'), 'config.json'),
  ];
}

type Lookup = { readonly host: string; readonly repository: string | undefined; readonly env: Env; readonly logger: Logger | undefined };

async function findIn(file: AuthFile, { host, repository, env, logger }: Lookup, options: CallOptions): Promise<Credential | undefined> {
  const server = serverOf(host);
  const helper = Object.hasOwn(file.helpers, host) ? file.helpers[host] : undefined;
  if (helper !== undefined) return askHelper({ name: helper, server, env, logger }, options);
  const stored = lookUp(file, { host: host === 'docker.io' ? 'index.docker.io' : host, repository }) ?? lookUp(file, { host, repository });
  if (stored || file.store === undefined) return stored;
  return askHelper({ name: file.store, server, env, logger }, options);
}
