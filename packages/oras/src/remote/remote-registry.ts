import { type CallOptions, type Credentials, type Http, IlabError, type Logger, type RegistrySettings } from '@ilab/core/adapter';
import { hostSettings } from '../configuration/host-settings.ts';
import { checkNotBlocked, withSettings } from '../configuration/pull-sources.ts';
import { NO_CONFIGURATION, type RegistriesConfiguration } from '../configuration/registries-configuration.ts';
import { isRecord } from '../content/record.ts';
import { LISTING_REPOSITORIES } from './access.ts';
import { type Authorizer, createAuthorizer } from './authorizer.ts';
import { findEndpoint } from './endpoint.ts';
import { createPullRepository, type PullRepository } from './pull-repository.ts';
import { createRemoteRepository, type RemoteRepository } from './remote-repository.ts';
import { pagesOf } from './repository-client.ts';
import { habitsOf, type UploadHabits } from './upload/upload-rules.ts';
import type { UploadSettings } from './upload/upload-settings.ts';

export interface RemoteOptions {
  readonly http: Http;
  readonly credentials: Credentials;
  /** Settings of hosts: `insecure`, `mirrors`. They win over `configuration`. */
  readonly registries?: Readonly<Record<string, RegistrySettings>>;
  /** What `registries.conf` says, see `readRegistriesConf`; read when something is first asked. Default: nothing. */
  readonly configuration?: () => Promise<RegistriesConfiguration>;
  readonly logger?: Logger;
  readonly uploads?: UploadSettings;
}

/** OCI registries; endpoints, tokens and what uploads found out are remembered as long as it lives. */
export interface RemoteRegistries {
  /**
   * The repository itself, at its own place, for writing as for reading.
   * @param at host as references name it (`docker.io`, `localhost:5000`), and the repository's whole name
   * @throws IlabError E_NETWORK, E_BAD_REFERENCE, E_BAD_CONFIG, E_FORBIDDEN (the configuration blocks it)
   */
  repository(at: At, options: CallOptions): Promise<RemoteRepository>;
  /**
   * The repository for reading, through its mirrors and from wherever the configuration says that it is kept.
   * @throws IlabError E_BAD_CONFIG, E_FORBIDDEN (the configuration blocks it)
   */
  pulls(at: At, options: CallOptions): Promise<PullRepository>;
  /** What the configuration says of hosts, with the settings: who is `insecure`. @throws IlabError E_BAD_CONFIG */
  hosts(): Promise<Readonly<Record<string, RegistrySettings>>>;
  /**
   * Names of repositories, in the registry's order; many registries have no such list (Docker's `_catalog`).
   * @throws IlabError E_NOT_FOUND where there is none, E_UNAUTHORIZED, E_FORBIDDEN, E_NETWORK, E_REGISTRY
   */
  catalog(host: string, options: CallOptions): AsyncIterable<string>;
}

type At = { readonly host: string; readonly repository: string };

async function read({ configuration, registries = {} }: RemoteOptions): Promise<RegistriesConfiguration> {
  return withSettings((await configuration?.()) ?? NO_CONFIGURATION, registries);
}

/** What all repositories of a registry share. */
type Registry = { readonly endpoint: string; readonly authorizer: Authorizer; readonly habits: UploadHabits };

/** Milliseconds. */
const MIRROR_ANSWERS_WITHIN = 5_000;

export function createRemoteRegistries(remote: RemoteOptions): RemoteRegistries {
  const registries = new Map<string, Promise<Registry>>();
  const repositories = new Map<string, RemoteRepository>();
  const pulls = new Map<string, PullRepository>();
  const reached = new Map<string, Promise<void>>();
  let reading: Promise<RegistriesConfiguration> | undefined;

  function configured(): Promise<RegistriesConfiguration> {
    if (reading) return reading;
    reading = read(remote);
    // A file that was mended is read again.
    reading.catch(() => {
      reading = undefined;
    });
    return reading;
  }

  async function hosts(): Promise<Readonly<Record<string, RegistrySettings>>> {
    return hostSettings(await configured(), remote.registries ?? {});
  }

  async function open(host: string, options: CallOptions): Promise<Registry> {
    const endpoint = await findEndpoint({ http: remote.http, registries: await hosts() }, host, options);
    return { endpoint, authorizer: createAuthorizer({ http: remote.http, credentials: remote.credentials, host, endpoint }), habits: habitsOf(host) };
  }

  function registryAt(host: string, options: CallOptions): Promise<Registry> {
    const known = registries.get(host);
    if (known) return known;
    const opening = open(host, options);
    registries.set(host, opening);
    // What failed, or was aborted by one caller, is asked again by the next.
    opening.catch(() => registries.delete(host));
    return opening;
  }

  async function repositoryAt({ host, repository }: At, options: CallOptions): Promise<RemoteRepository> {
    const key = `${host}/${repository}`;
    const known = repositories.get(key);
    if (known) return known;
    const registry = await registryAt(host, options);
    const made = createRemoteRepository({ ...registry, host, repository, base: `${registry.endpoint}/v2/${repository}`, uploads: remote.uploads ?? {} });
    repositories.set(key, made);
    return made;
  }

  /** Mirrors that are not there must not hold anybody up: one question, soon answered. */
  async function knock(host: string, options: CallOptions): Promise<void> {
    const { endpoint } = await registryAt(host, options);
    const { status } = await remote.http.request({ url: `${endpoint}/v2/`, redirect: 'manual', once: true, answerWithin: MIRROR_ANSWERS_WITHIN }, options);
    if (status >= 500) throw new IlabError('E_REGISTRY', `${host} answers with status ${status}.`, { hint: 'Try again later.', retryable: true });
  }

  function reach(host: string, options: CallOptions): Promise<void> {
    const known = reached.get(host);
    if (known) return known;
    const knocking = knock(host, options);
    reached.set(host, knocking);
    knocking.catch(() => reached.delete(host));
    return knocking;
  }

  return {
    hosts,
    async repository(at, options) {
      checkNotBlocked(await configured(), at);
      return repositoryAt(at, options);
    },
    async pulls({ host, repository }) {
      const configuration = await configured();
      checkNotBlocked(configuration, { host, repository });
      const key = `${host}/${repository}`;
      const made = pulls.get(key) ?? createPullRepository({ host, repository }, { configuration, open: repositoryAt, reach, logger: remote.logger });
      pulls.set(key, made);
      return made;
    },
    async *catalog(host, options) {
      const { endpoint, authorizer } = await registryAt(host, options);
      const first = { url: `${endpoint}/v2/_catalog?n=1000`, access: LISTING_REPOSITORIES };
      const asked = { host, repository: '_catalog', authorizer, missing: () => noCatalog(host) };
      for await (const answer of pagesOf(asked, first, options)) {
        const body = answer.json();
        const listed: readonly unknown[] = isRecord(body) && Array.isArray(body['repositories']) ? body['repositories'] : [];
        yield* listed.filter((name): name is string => typeof name === 'string' && isRepositoryName(name));
      }
    },
  };
}

function noCatalog(host: string): IlabError {
  return new IlabError('E_NOT_FOUND', `${host} has no list of its repositories.`, { hint: 'Many registries have none: name the repository.' });
}

/** Distribution spec, “Pulling manifests”: names that can stand in a path. */
function isRepositoryName(name: string): boolean {
  return name.length <= 255 && /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*$/.test(name);
}
