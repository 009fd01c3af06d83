import { type CallOptions, type Credential, type Http, IlabError, isIlabError, type RegistrySettings } from '@ilab/core/adapter';
import { parseChallenges } from './challenge.ts';
import { findEndpoint } from './endpoint.ts';
import { basicHeader, fetchToken } from './fetch-token.ts';

export interface LoginCheck {
  /** As references name it. */
  readonly host: string;
  readonly username: string;
  readonly password: string;
}

/**
 * Tries credentials at a registry's front door, as `docker login` does; they go to the registry, and to the token service that it names.
 * @throws IlabError E_UNAUTHORIZED when they are refused, E_FORBIDDEN (unsafe token service), E_NETWORK, E_REGISTRY
 */
export async function checkLogin(
  remote: { readonly http: Http; readonly registries?: Readonly<Record<string, RegistrySettings>> },
  { host, username, password }: LoginCheck,
  options: CallOptions,
): Promise<void> {
  const { http } = remote;
  const endpoint = await findEndpoint(remote, host, options);
  const credential: Credential = { kind: 'basic', username, password };
  const door = { url: `${endpoint}/v2/`, redirect: 'manual' } as const;
  const challenges = parseChallenges((await http.request(door, options)).headers['www-authenticate']);
  const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
  const headers = bearer
    ? { authorization: `Bearer ${(await tokenFor({ http, endpoint, host, parameters: bearer.parameters, credential }, options)).secret}` }
    : basicHeader(credential);
  const { status } = await http.request({ ...door, headers }, options);
  if (status === 401 || status === 403) throw refusedLogin(host);
  if (status !== 200)
    throw new IlabError('E_REGISTRY', `${host} answered ${status} to a login.`, { hint: 'Check that the host is an OCI registry.', retryable: status >= 500 });
}

type TokenFor = {
  readonly http: Http;
  readonly endpoint: string;
  readonly host: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly credential: Credential;
};

async function tokenFor({ http, endpoint, host, parameters, credential }: TokenFor, options: CallOptions): ReturnType<typeof fetchToken> {
  try {
    return await fetchToken(http, { endpoint, parameters, scopes: [], credential }, options);
  } catch (error) {
    // What is said there is of stored credentials, and these are not.
    throw isIlabError(error) && error.code === 'E_UNAUTHORIZED' ? refusedLogin(host) : error;
  }
}

function refusedLogin(host: string): IlabError {
  return new IlabError('E_UNAUTHORIZED', `${host} does not take this name and password.`, {
    hint: 'Some registries want a token in the place of the password.',
  });
}
