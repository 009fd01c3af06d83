import { type CallOptions, type Http, IlabError, type PluginContext, type RepositoryId } from '@ilab/plugin-api';
import { endpointOf } from './endpoint.ts';
import { type Asked, hubError, malformed, notAHub } from './errors.ts';
import { findToken, tokenHeaders } from './token.ts';

/** One repository of one hub, as this user may see it. */
export interface Hub extends Asked {
  readonly http: Http;
  /** Where its API is: `https://modelscope.cn/api/v1/models/org/name`. */
  readonly api: string;
  /** What says who asks; for the endpoint's origin only. */
  readonly headers: Readonly<Record<string, string>>;
}

export type Json = Readonly<Record<string, unknown>>;

/**
 * Works out where a repository is and who asks. No request is made.
 * @throws IlabError E_BAD_CONFIG, E_BAD_REFERENCE, E_UNAUTHORIZED (unusable token)
 */
export async function openHub(context: PluginContext, { host, repository }: Omit<RepositoryId, 'source'>, options: CallOptions): Promise<Hub> {
  const endpoint = endpointOf(host, context);
  const token = await findToken(endpoint, context, options);
  return { http: context.http, endpoint, repository, token, api: `${endpoint.url}/api/v1/models/${encodePath(repository)}`, headers: tokenHeaders(token) };
}

/**
 * Asks the repository's API, and takes its answer out of its wrapping.
 * @throws IlabError what {@link hubError} makes of a refusal; E_REGISTRY for what is no answer of ModelScope's
 */
export async function ask(hub: Hub, path: string, options: CallOptions): Promise<Json> {
  const answer = await hub.http.request({ url: `${hub.api}${path}`, headers: { accept: 'application/json', ...hub.headers }, redirect: 'manual' }, options);
  if (answer.status !== 200) throw hubError(answer, hub);
  if (answer.headers['content-type']?.toLowerCase().includes('html')) throw notAHub(hub.endpoint, answer.status);
  const body = answer.json();
  if (!isRecord(body) || body['Success'] === false) throw malformed(hub.endpoint, 'it says that something failed, and not what');
  const data = body['Data'];
  if (!isRecord(data)) throw malformed(hub.endpoint, 'there is no data in it');
  return data;
}

export function isRecord(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value in the query of an address. @throws IlabError E_BAD_REFERENCE for half a surrogate pair */
export function encodeValue(text: string): string {
  if (text.isWellFormed()) return encodeURIComponent(text);
  throw new IlabError('E_BAD_REFERENCE', `“${text.toWellFormed()}” can't be part of an address.`, { hint: 'Check the name.' });
}

/** @throws IlabError E_BAD_REFERENCE for parts that addresses resolve away */
function encodePath(path: string): string {
  return path
    .split('/')
    .map((part) => {
      if (part === '' || part === '.' || part === '..')
        throw new IlabError('E_BAD_REFERENCE', `“${path}” can't be part of an address.`, { hint: 'Check the name.' });
      return encodeValue(part);
    })
    .join('/');
}
