import { join } from 'node:path';
import type { CallOptions, Credential, Credentials, Logger } from '@ilab/core/adapter';
import { type AuthFile, lookUp, readAuthFile } from './auth-file.ts';
import { askHelper } from './credential-helper.ts';

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
export function createStoredCredentials({ env, home, logger }: StoredCredentialsOptions): Credentials {
  return {
    async find(host, { repository, ...options }) {
      for (const path of authFiles(env, home)) {
        const file = await readAuthFile(path);
        const found = file && (await findIn(file, { host, repository, env, logger }, options));
        if (found) return found;
      }
      return undefined;
    },
  };
}

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
  const server = host === 'docker.io' ? DOCKER_HUB_KEY : host;
  const helper = Object.hasOwn(file.helpers, host) ? file.helpers[host] : undefined;
  if (helper !== undefined) return askHelper({ name: helper, server, env, logger }, options);
  const stored = lookUp(file, { host: host === 'docker.io' ? 'index.docker.io' : host, repository }) ?? lookUp(file, { host, repository });
  if (stored || file.store === undefined) return stored;
  return askHelper({ name: file.store, server, env, logger }, options);
}
