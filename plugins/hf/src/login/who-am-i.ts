import { type CallOptions, type Http, IlabError } from '@ilab/plugin-api';
import type { Endpoint } from '../endpoint.ts';
import { hubError, isHtml, notAHub } from '../errors.ts';
import { isRecord, malformed } from '../shape.ts';

/** Whose a token is. */
export interface Owner {
  readonly user: string;
  /** What its owner called it at the Hub. */
  readonly tokenName?: string;
}

/**
 * Asks a Hub whose a token is.
 * @throws IlabError E_UNAUTHORIZED when it takes none like that
 */
export async function whoAmI(http: Http, { endpoint, secret }: { readonly endpoint: Endpoint; readonly secret: string }, options: CallOptions): Promise<Owner> {
  const headers = { accept: 'application/json', authorization: `Bearer ${secret}` };
  const answer = await http.request({ url: `${endpoint.url}/api/whoami-v2`, headers, redirect: 'manual' }, options);
  if (answer.status === 401 || answer.status === 403) {
    throw new IlabError('E_UNAUTHORIZED', `${endpoint.name} does not take this token.`, { hint: `Make one at ${endpoint.url}/settings/tokens.` });
  }
  if (answer.status !== 200) throw hubError(answer, { endpoint, repository: 'whoami', token: { secret, origin: 'standard input' } });
  if (isHtml(answer)) throw notAHub(endpoint, answer.status);
  const body = answer.json();
  if (!isRecord(body) || typeof body['name'] !== 'string' || body['name'] === '') throw malformed('nobody knows whose the token is');
  const token = isRecord(body['auth']) && isRecord(body['auth']['accessToken']) ? body['auth']['accessToken'] : {};
  const tokenName = token['displayName'];
  return { user: body['name'], ...(typeof tokenName === 'string' && tokenName !== '' && { tokenName }) };
}
