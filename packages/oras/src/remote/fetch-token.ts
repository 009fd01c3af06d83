import { type CallOptions, type Credential, type Http, type HttpResponse, IlabError } from '@ilab/core/adapter';
import { malformed } from '../content/descriptor.ts';
import { isRecord } from '../content/record.ts';
import { checkRealm } from './realm.ts';

/** A token that a registry takes as `Authorization: Bearer`. */
export interface Token {
  readonly secret: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

export interface TokenRequest {
  /** The registry's base address. */
  readonly endpoint: string;
  /** Of the `Bearer` challenge: `realm`, `service`. */
  readonly parameters: Readonly<Record<string, string>>;
  /** `repository:org/name:pull`; none for a login, which is for nothing yet. */
  readonly scopes: readonly string[];
  readonly credential: Credential | undefined;
}

/** What a token lives where nothing is said, in seconds (distribution, token specification). */
const DEFAULT_LIFE = 60;

/**
 * Gets a token from the service that a registry's challenge names: by GET with or without Basic credentials, or by the OAuth2
 * exchange where a refresh token is stored, or where the service takes no GET (distribution spec of tokens; Docker's `oauth2`).
 * @throws IlabError E_UNAUTHORIZED when the credentials are refused, E_FORBIDDEN, E_REGISTRY
 */
export async function fetchToken(http: Http, request: TokenRequest, options: CallOptions): Promise<Token> {
  const { endpoint, parameters, credential } = request;
  const realm = checkRealm(parameters['realm'], endpoint);
  const asked = Date.now();
  const answer = await askService(http, realm, request, options);
  const host = new URL(endpoint).host;
  if (answer.status === 401 || answer.status === 403 || answer.status === 400) throw refused(host, credential !== undefined);
  if (answer.status !== 200)
    throw new IlabError('E_REGISTRY', `${realm.host} answered ${answer.status} when asked for a token for ${host}.`, { retryable: answer.status >= 500 });
  return readToken(answer.json(), asked);
}

async function askService(http: Http, realm: URL, { parameters, scopes, credential }: TokenRequest, options: CallOptions): Promise<HttpResponse> {
  const { service } = parameters;
  const exchange = (grant: Readonly<Record<string, string>>): Promise<HttpResponse> => {
    const scope = scopes.join(' ');
    const form = { client_id: 'ilab', ...grant, ...(scope !== '' && { scope }), ...(service !== undefined && { service }) };
    return http.request({ url: realm.href, method: 'POST', headers: FORM, body: new URLSearchParams(form).toString(), maxBytes: MAX_ANSWER }, options);
  };
  if (credential?.kind === 'identity') return exchange({ grant_type: 'refresh_token', refresh_token: credential.token });
  const answer = await http.request({ url: withQuery(realm, { service, scopes }), headers: basicHeader(credential), maxBytes: MAX_ANSWER }, options);
  const takesNoGet = answer.status === 404 || answer.status === 405;
  if (!takesNoGet || credential?.kind !== 'basic') return answer;
  return exchange({ grant_type: 'password', username: credential.username, password: credential.password });
}

/** Bytes of a token and what stands around it. */
const MAX_ANSWER = 1024 * 1024;
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

function withQuery(realm: URL, { service, scopes }: { readonly service: string | undefined; readonly scopes: readonly string[] }): string {
  const url = new URL(realm);
  if (service !== undefined) url.searchParams.set('service', service);
  for (const scope of scopes) url.searchParams.append('scope', scope);
  return url.href;
}

/** `Authorization: Basic`, for credentials that are a name and a password. */
export function basicHeader(credential: Credential | undefined): Record<string, string> {
  if (credential?.kind !== 'basic') return {};
  return { authorization: `Basic ${Buffer.from(`${credential.username}:${credential.password}`).toString('base64')}` };
}

function readToken(value: unknown, asked: number): Token {
  if (!isRecord(value)) throw malformed('a token is no object');
  const secret = value['token'] ?? value['access_token'];
  if (typeof secret !== 'string' || !/^[\x21-\x7e]{1,65536}$/.test(secret)) throw malformed('the token service gives no usable token');
  const life = typeof value['expires_in'] === 'number' && value['expires_in'] > 0 ? value['expires_in'] : DEFAULT_LIFE;
  return { secret, expires: asked + life * 1000 };
}

/** The error for credentials that a registry or its token service does not take. */
export function refused(host: string, hadCredentials: boolean): IlabError {
  return hadCredentials
    ? new IlabError('E_UNAUTHORIZED', `${host} refused the stored credentials.`, {
        hint: `Log in again: ilab login ${host} (or podman or docker login ${host}).`,
        details: { host },
      })
    : new IlabError('E_UNAUTHORIZED', `${host} wants credentials, and none are stored for it.`, {
        hint: `Log in: ilab login ${host} (or podman or docker login ${host}).`,
        details: { host },
      });
}
