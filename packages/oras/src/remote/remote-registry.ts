import type { CallOptions, Credentials, Http, RegistrySettings } from '@ilab/core/adapter';
import { createAuthorizer } from './authorizer.ts';
import { findEndpoint } from './endpoint.ts';
import { createRemoteRepository, type RemoteRepository } from './remote-repository.ts';

export interface RemoteOptions {
  readonly http: Http;
  readonly credentials: Credentials;
  /** Hosts that the configuration says something of: `insecure`. */
  readonly registries?: Readonly<Record<string, RegistrySettings>>;
}

/** OCI registries; endpoints and tokens are remembered as long as it lives. */
export interface RemoteRegistries {
  /**
   * @param at host as references name it (`docker.io`, `localhost:5000`), and the repository's whole name
   * @throws IlabError E_NETWORK, E_BAD_REFERENCE
   */
  repository(at: { readonly host: string; readonly repository: string }, options: CallOptions): Promise<RemoteRepository>;
}

export function createRemoteRegistries(remote: RemoteOptions): RemoteRegistries {
  const endpoints = new Map<string, Promise<string>>();
  const repositories = new Map<string, RemoteRepository>();
  return {
    async repository({ host, repository }, options) {
      const key = `${host}/${repository}`;
      const known = repositories.get(key);
      if (known) return known;
      const finding = endpoints.get(host) ?? findEndpoint(remote, host, options);
      endpoints.set(host, finding);
      // What failed, or was aborted by one caller, is asked again by the next.
      finding.catch(() => endpoints.delete(host));
      const endpoint = await finding;
      const authorizer = createAuthorizer({ http: remote.http, credentials: remote.credentials, host, endpoint, repository });
      const made = createRemoteRepository({ host, repository, endpoint, authorizer });
      repositories.set(key, made);
      return made;
    },
  };
}
