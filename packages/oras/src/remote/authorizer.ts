import type { CallOptions, Credential, Credentials, Http, HttpRequest, HttpResponse } from '@ilab/core/adapter';
import { parseChallenges } from './challenge.ts';
import { basicHeader, fetchToken, refused, type Token } from './fetch-token.ts';

/** A header for one registry, and until when it is good (milliseconds since 1970). */
export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  readonly expires?: number;
}

/** Answers a registry's challenges for one repository. */
export interface Authorizer {
  /**
   * Sends a request, and again with credentials if the registry asks for some. Any other answer comes back as it is.
   * @throws IlabError E_UNAUTHORIZED when it still refuses, E_FORBIDDEN (unsafe token service), and as `Http.request`
   */
  send(request: HttpRequest, options: CallOptions): Promise<HttpResponse>;
  /** The header for bytes of this repository, renewed before it expires. */
  authorization(options: CallOptions): Promise<Authorization>;
}

interface AuthorizerOptions {
  readonly http: Http;
  readonly credentials: Credentials;
  /** As references name it, for looking up credentials. */
  readonly host: string;
  readonly endpoint: string;
  readonly repository: string;
}

/** How this registry wants to be spoken to, once it has said so. */
type Scheme =
  | { readonly kind: 'open' }
  | { readonly kind: 'basic'; readonly credential: Credential }
  | { readonly kind: 'bearer'; readonly parameters: Readonly<Record<string, string>>; readonly credential: Credential | undefined; token: Token };

/** Milliseconds before its end at which a token counts as expired: a request takes time. */
const MARGIN = 10_000;

export function createAuthorizer({ http, credentials, host, endpoint, repository }: AuthorizerOptions): Authorizer {
  const scope = `repository:${repository}:pull`;
  let scheme: Scheme | undefined;

  const send = async (request: HttpRequest, options: CallOptions): Promise<HttpResponse> => {
    const sent = scheme && (await headersOf(scheme, options));
    const answer = await http.request({ ...request, headers: { ...request.headers, ...sent?.headers } }, options);
    // A 401 from where a redirect led is not the registry's, and gets no credentials.
    if (answer.status !== 401 || new URL(answer.url).origin !== endpoint) return answer;
    scheme = await negotiate(answer, options);
    const { headers } = await headersOf(scheme, options);
    const again = await http.request({ ...request, headers: { ...request.headers, ...headers } }, options);
    if (again.status === 401) throw refused(host, scheme.kind === 'basic' || (scheme.kind === 'bearer' && scheme.credential !== undefined));
    return again;
  };

  async function negotiate(answer: HttpResponse, options: CallOptions): Promise<Scheme> {
    const challenges = parseChallenges(answer.headers['www-authenticate']);
    // Some registries challenge at their front door only.
    const offered = challenges.length > 0 ? challenges : parseChallenges((await http.request({ url: `${endpoint}/v2/` }, options)).headers['www-authenticate']);
    const bearer = offered.find((challenge) => challenge.scheme === 'bearer');
    const credential = await credentials.find(host, { ...options, repository });
    if (bearer && credential?.kind === 'token')
      return { kind: 'bearer', parameters: bearer.parameters, credential, token: { secret: credential.token, expires: Infinity } };
    if (bearer) {
      const { parameters } = bearer;
      return { kind: 'bearer', parameters, credential, token: await fetchToken(http, { endpoint, parameters, scope, credential }, options) };
    }
    if (offered.some((challenge) => challenge.scheme === 'basic') && credential?.kind === 'basic') return { kind: 'basic', credential };
    throw refused(host, credential !== undefined);
  }

  async function headersOf(known: Scheme, options: CallOptions): Promise<Authorization> {
    if (known.kind === 'open') return { headers: {} };
    if (known.kind === 'basic') return { headers: basicHeader(known.credential) };
    const { parameters, credential } = known;
    if (known.token.expires - MARGIN < Date.now()) known.token = await fetchToken(http, { endpoint, parameters, scope, credential }, options);
    const { secret, expires } = known.token;
    return { headers: { authorization: `Bearer ${secret}` }, ...(Number.isFinite(expires) && { expires: expires - MARGIN }) };
  }

  return {
    send,
    async authorization(options) {
      if (!scheme) await send({ url: `${endpoint}/v2/${repository}/tags/list?n=1` }, options);
      scheme ??= { kind: 'open' };
      return headersOf(scheme, options);
    },
  };
}
