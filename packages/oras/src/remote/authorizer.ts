import {
  type CallOptions,
  type Credential,
  type Credentials,
  type Http,
  type HttpRequest,
  type HttpResponse,
  type HttpStream,
  IlabError,
} from '@ilab/core/adapter';
import { type Access, challengedScopes, covers, union } from './access.ts';
import { parseChallenges } from './challenge.ts';
import { checkOrigin } from './check-origin.ts';
import { basicHeader, fetchToken, refused } from './fetch-token.ts';
import { isChallenge, isInsufficient } from './is-challenge.ts';
import { createTokenCache, MARGIN } from './token-cache.ts';

/** A header for one registry, and until when it is good (milliseconds since 1970). */
export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  readonly expires?: number;
}

/** Answers one registry's challenges, for all its repositories. Credentials and tokens go to its own origin, and to its token service. */
export interface Authorizer {
  /**
   * Sends a request, and again with credentials if the registry asks for some, and once more if it names a scope that the token lacks.
   * Any other answer comes back as it is.
   * @throws IlabError E_UNAUTHORIZED or E_FORBIDDEN when it still refuses, E_FORBIDDEN (another origin; an unsafe token service), and as `Http.request`
   */
  send(request: HttpRequest, access: Access, options: CallOptions): Promise<HttpResponse>;
  /** As `send`, for an answer that is read as it comes. */
  stream(request: HttpRequest, access: Access, options: CallOptions): Promise<HttpStream>;
  /** The header for other requests of this kind to the registry, renewed before it expires. `probe` is asked where nothing is known yet. */
  authorization(access: Access, probe: string, options: CallOptions): Promise<Authorization>;
}

export interface AuthorizerOptions {
  readonly http: Http;
  readonly credentials: Credentials;
  /** As references name it, for looking up credentials. */
  readonly host: string;
  readonly endpoint: string;
}

/** How this registry wants to be spoken to, once it has said so. */
type Scheme = { readonly kind: 'open' } | { readonly kind: 'basic' } | { readonly kind: 'bearer'; readonly parameters: Readonly<Record<string, string>> };
type Head = Pick<HttpResponse, 'status' | 'headers' | 'url'>;
/** More than this would be asking for what the registry does not want to say. */
const MOST_ANSWERS = 2;

export function createAuthorizer({ http, credentials, host, endpoint }: AuthorizerOptions): Authorizer {
  const tokens = createTokenCache();
  const found = new Map<string | undefined, Promise<Credential | undefined>>();
  /** What a registry wanted beyond the scopes of the specification. */
  const wider = new Map<string, readonly string[]>();
  let scheme: Scheme = { kind: 'open' };
  let isKnown = false;

  /** Asks until the registry is content, or has nothing new to say. */
  async function persist<T extends Head>(ask: (headers: Authorization['headers']) => Promise<T>, access: Access, options: CallOptions): Promise<T> {
    const key = access.scopes.join(' ');
    let wanted: Access = { ...access, scopes: wider.get(key) ?? access.scopes };
    let sent = await headersFor(wanted, options);
    for (let answers = 0; ; answers++) {
      const answer = await ask(sent.headers);
      if (!isChallenge(answer, endpoint)) {
        if (wanted.scopes.length > access.scopes.length) wider.set(key, wanted.scopes);
        return answer;
      }
      const { headers } = sent;
      const isAnonymous = Object.keys(headers).length === 0;
      const offered = await challengesOf(answer, options);
      const scopes = isAnonymous ? wanted.scopes : union(wanted.scopes, challengedScopes(offered.bearer?.['scope']));
      const isNews = answers === 0 || !covers(wanted.scopes, scopes);
      if (answers === MOST_ANSWERS || !isNews) throw await refusal(answer, wanted, options);
      forget(headers, access);
      scheme = await schemeOf(offered, access, options);
      wanted = { ...wanted, scopes };
      sent = await headersFor(wanted, options);
    }
  }

  async function challengesOf(answer: Head, options: CallOptions): Promise<Offered> {
    const offered = parseChallenges(answer.headers['www-authenticate']);
    // Some registries challenge at their front door only.
    const door = offered.length > 0 ? offered : parseChallenges((await http.request({ url: `${endpoint}/v2/` }, options)).headers['www-authenticate']);
    return { bearer: door.find((one) => one.scheme === 'bearer')?.parameters, basic: door.some((one) => one.scheme === 'basic') };
  }

  async function schemeOf({ bearer, basic }: Offered, { repository }: Access, options: CallOptions): Promise<Scheme> {
    isKnown = true;
    if (bearer) return { kind: 'bearer', parameters: bearer };
    if (basic) return { kind: 'basic' };
    throw refused(host, (await credentialFor(repository, options)) !== undefined);
  }

  function credentialFor(repository: string | undefined, options: CallOptions): Promise<Credential | undefined> {
    const known = found.get(repository);
    if (known) return known;
    const finding = credentials.find(host, { ...options, ...(repository !== undefined && { repository }) });
    found.set(repository, finding);
    finding.catch(() => found.delete(repository));
    return finding;
  }

  /** What was not taken is looked up again: somebody may have logged in. */
  function forget({ authorization }: Authorization['headers'], { repository }: Access): void {
    if (authorization === undefined) return;
    found.delete(repository);
    tokens.drop(authorization.replace(/^Bearer /, ''));
  }

  async function headersFor(access: Access, options: CallOptions): Promise<Authorization> {
    try {
      return await knownHeaders(access, options);
    } catch (error) {
      // Who logs in now is not to be answered with what was found before.
      found.delete(access.repository);
      throw error;
    }
  }

  async function knownHeaders(access: Access, options: CallOptions): Promise<Authorization> {
    const known = scheme;
    if (known.kind === 'open') return { headers: {} };
    const credential = await credentialFor(access.repository, options);
    if (known.kind === 'basic') {
      if (credential?.kind !== 'basic') throw refused(host, credential !== undefined);
      return { headers: basicHeader(credential) };
    }
    if (credential?.kind === 'token') return { headers: { authorization: `Bearer ${credential.token}` } };
    const { parameters } = known;
    const fetch = (): ReturnType<typeof fetchToken> => fetchToken(http, { endpoint, parameters, scopes: access.scopes, credential }, options);
    const { secret, expires } = await tokens.get(access, fetch, options);
    return { headers: { authorization: `Bearer ${secret}` }, expires: expires - MARGIN };
  }

  async function refusal(answer: Head, { repository, doing }: Access, options: CallOptions): Promise<IlabError> {
    const credential = await credentialFor(repository, options);
    found.delete(repository);
    const isKnownUser = credential !== undefined && isInsufficient(answer);
    return isKnownUser ? forbidden({ host, doing }) : refused(host, credential !== undefined);
  }

  return {
    async send(request, access, options) {
      checkOrigin(request.url, { host, endpoint });
      return persist((headers) => http.request({ ...request, headers: { ...request.headers, ...headers } }, options), access, options);
    },
    async stream(request, access, options) {
      checkOrigin(request.url, { host, endpoint });
      const ask = async (headers: Authorization['headers']): Promise<HttpStream> => {
        const answer = await http.stream({ ...request, headers: { ...request.headers, ...headers } }, options);
        if (isChallenge(answer, endpoint)) await answer.cancel();
        return answer;
      };
      return persist(ask, access, options);
    },
    async authorization(access, probe, options) {
      if (!isKnown) await this.send({ url: probe }, access, options);
      isKnown = true;
      return headersFor(access, options);
    },
  };
}

type Offered = { readonly bearer: Readonly<Record<string, string>> | undefined; readonly basic: boolean };

function forbidden({ host, doing }: { readonly host: string; readonly doing: string }): IlabError {
  return new IlabError('E_FORBIDDEN', `${host} does not let these credentials ${doing}.`, { hint: 'Check the spelling, and what your account may do.' });
}
