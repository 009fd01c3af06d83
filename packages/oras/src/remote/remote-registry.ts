import { type CallOptions, type Credentials, type Http, IlabError, type RegistrySettings } from '@ilab/core/adapter';
import { isRecord } from '../content/record.ts';
import { LISTING_REPOSITORIES } from './access.ts';
import { type Authorizer, createAuthorizer } from './authorizer.ts';
import { findEndpoint } from './endpoint.ts';
import { createRemoteRepository, type RemoteRepository } from './remote-repository.ts';
import { pagesOf } from './repository-client.ts';
import { habitsOf, type UploadHabits } from './upload/upload-rules.ts';
import type { UploadSettings } from './upload/upload-settings.ts';

export interface RemoteOptions {
  readonly http: Http;
  readonly credentials: Credentials;
  /** Hosts that the configuration says something of: `insecure`. */
  readonly registries?: Readonly<Record<string, RegistrySettings>>;
  readonly uploads?: UploadSettings;
}

/** OCI registries; endpoints, tokens and what uploads found out are remembered as long as it lives. */
export interface RemoteRegistries {
  /**
   * @param at host as references name it (`docker.io`, `localhost:5000`), and the repository's whole name
   * @throws IlabError E_NETWORK, E_BAD_REFERENCE
   */
  repository(at: { readonly host: string; readonly repository: string }, options: CallOptions): Promise<RemoteRepository>;
  /**
   * Names of repositories, in the registry's order; many registries have no such list (Docker's `_catalog`).
   * @throws IlabError E_NOT_FOUND where there is none, E_UNAUTHORIZED, E_FORBIDDEN, E_NETWORK, E_REGISTRY
   */
  catalog(host: string, options: CallOptions): AsyncIterable<string>;
}

/** What all repositories of a registry share. */
type Registry = { readonly endpoint: string; readonly authorizer: Authorizer; readonly habits: UploadHabits };

export function createRemoteRegistries(remote: RemoteOptions): RemoteRegistries {
  const registries = new Map<string, Promise<Registry>>();
  const repositories = new Map<string, RemoteRepository>();

  async function open(host: string, options: CallOptions): Promise<Registry> {
    const endpoint = await findEndpoint(remote, host, options);
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

  return {
    async repository({ host, repository }, options) {
      const key = `${host}/${repository}`;
      const known = repositories.get(key);
      if (known) return known;
      const registry = await registryAt(host, options);
      const made = createRemoteRepository({ ...registry, host, repository, base: `${registry.endpoint}/v2/${repository}`, uploads: remote.uploads ?? {} });
      repositories.set(key, made);
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
