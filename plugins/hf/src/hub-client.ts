import { type CallOptions, type Http, type HttpResponse, IlabError, type PluginContext, type RepositoryId } from '@ilab/plugin-api';
import { encodePath } from './encode.ts';
import { endpointOf } from './endpoint.ts';
import { type Asked, hubError, isHtml, notAHub } from './errors.ts';
import { findToken } from './tokens.ts';
import { isTrue } from './truth.ts';

const OFFLINE = ['HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE'];

/** One repository of one Hub, as this user may see it. */
export interface HubRepository extends Asked {
  readonly http: Http;
  /** Where its API is: `https://huggingface.co/api/models/org/name`. */
  readonly api: string;
  /** Where its files are: `https://huggingface.co/org/name`. */
  readonly page: string;
  /** What says who asks; for the endpoint's origin only. */
  readonly headers: Readonly<Record<string, string>>;
  readonly answers: PluginContext['answers'];
}

/**
 * Works out where a repository is and who asks. No request is made.
 * @throws IlabError E_OFFLINE (`HF_HUB_OFFLINE`, as for Hugging Face's own tools), E_BAD_CONFIG, E_BAD_REFERENCE, E_UNAUTHORIZED (unusable token)
 */
export async function openRepository(
  context: PluginContext,
  { host, repository }: Omit<RepositoryId, 'source'>,
  { write = false, ...options }: CallOptions & { /** Whether something is to be changed. */ readonly write?: boolean },
): Promise<HubRepository> {
  const offline = OFFLINE.find((name) => isTrue(context.env[name]));
  if (offline !== undefined) throw isOffline(repository, offline);
  const endpoint = endpointOf(host, context);
  const token = await findToken(endpoint, context, { ...options, write });
  const path = encodePath(repository);
  return {
    http: context.http,
    endpoint,
    repository,
    token,
    api: `${endpoint.url}/api/models/${path}`,
    page: `${endpoint.url}/${path}`,
    answers: context.answers,
    headers: token ? { authorization: `Bearer ${token.secret}` } : {},
  };
}

function isOffline(repository: string, variable: string): IlabError {
  return new IlabError('E_OFFLINE', `The Hub would be asked for “${repository}”, and ${variable} is set.`, { hint: `Unset ${variable}.` });
}

/** Asks the repository's API; `path` comes after the repository. Any answer comes back. */
export function ask(hub: HubRepository, path: string, options: CallOptions): Promise<HttpResponse> {
  return hub.http.request({ url: `${hub.api}${path}`, headers: { accept: 'application/json', ...hub.headers } }, options);
}

/** Tells the repository's API something, as JSON. Any answer comes back. */
export function tell(hub: HubRepository, path: string, value: unknown, options: CallOptions): Promise<HttpResponse> {
  const headers = { accept: 'application/json', 'content-type': 'application/json', ...hub.headers };
  return hub.http.request({ url: `${hub.api}${path}`, method: 'POST', headers, body: JSON.stringify(value) }, options);
}

/**
 * The JSON of an answer.
 * @throws IlabError what {@link hubError} makes of a refusal; E_REGISTRY when it is no JSON
 */
export function readJson(answer: HttpResponse, asked: Asked): unknown {
  if (answer.status !== 200) throw hubError(answer, asked);
  if (isHtml(answer)) throw notAHub(asked.endpoint, answer.status);
  return answer.json();
}
