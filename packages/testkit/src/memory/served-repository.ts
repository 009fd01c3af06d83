import { type CallOptions, type Http, type HttpRequest, IlabError } from '@ilab/core';

/** A repository of the server, and how it is asked. */
export interface ServedRepository {
  readonly http: Http;
  readonly host: string;
  readonly repository: string;
}

/**
 * Asks for something of a repository.
 * @throws IlabError E_NOT_FOUND (repository or version, told apart), E_UNAUTHORIZED, E_FORBIDDEN, E_REGISTRY
 */
export async function askFor(
  { http, host, repository }: ServedRepository,
  { kind = '', name = '', ...more }: { readonly kind?: string; readonly name?: string } & Omit<HttpRequest, 'url'>,
  options: CallOptions,
): Promise<unknown> {
  const path = [repository, kind, name].filter((part) => part !== '').map(encodeURIComponent);
  const response = await http.request({ url: `https://${host}/models/${path.join('/')}`, ...more }, options);
  const { status } = response;
  if (status === 200 || status === 201) return json(response.text());
  if (status === 404 && missingOf(response.text()) === 'version')
    throw new IlabError('E_NOT_FOUND', `${host}/${repository} has no version ${name}.`, { hint: 'List its versions.' });
  if (status === 404) throw new IlabError('E_NOT_FOUND', `There is no repository ${host}/${repository}.`, { hint: 'Check the spelling.' });
  if (status === 401) throw new IlabError('E_UNAUTHORIZED', `${host} wants to know who asks for ${repository}.`, { hint: 'Log in.' });
  if (status === 403) throw new IlabError('E_FORBIDDEN', `${host} does not give ${repository} to you.`, { hint: 'Ask its owner.' });
  throw new IlabError('E_REGISTRY', `${host} answered ${status}.`, { retryable: status >= 500, hint: 'Try again later.' });
}

/** Whether a repository has a revision. */
export async function isThere(repository: ServedRepository, revision: string, options: CallOptions): Promise<boolean> {
  try {
    await askFor(repository, { kind: 'names', name: revision }, options);
    return true;
  } catch (error) {
    if (error instanceof IlabError && error.code === 'E_NOT_FOUND') return false;
    throw error;
  }
}

function missingOf(text: string): unknown {
  try {
    return record(JSON.parse(text))['missing'];
  } catch {
    return undefined;
  }
}

/** What a server said, as fields that can be looked at. @throws IlabError E_REGISTRY for anything else */
export function record(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  throw new IlabError('E_REGISTRY', 'The server answered with something else than what was asked for.');
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new IlabError('E_REGISTRY', 'The server’s answer is no JSON.', { cause });
  }
}
