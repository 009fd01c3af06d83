import { type HttpResponse, IlabError } from '@ilab/plugin-api';
import { type Endpoint, HUGGING_FACE } from './endpoint.ts';
import { isRecord } from './shape.ts';
import type { Token } from './tokens.ts';

/** What was asked, and as whom: what an error needs to be told apart and to say what to do. */
export interface Asked {
  readonly endpoint: Endpoint;
  readonly repository: string;
  readonly version?: string;
  readonly token: Token | undefined;
}

/** What to do without a token, at a Hub. */
export function logIn({ isDefault, name }: Endpoint): string {
  return isDefault ? `log in with \`ilab login ${HUGGING_FACE}\` or set HF_TOKEN` : `log in with \`ilab login ${name}\``;
}

/**
 * What an answer other than a success means. The Hub tells its cases apart by status and `X-Error-Code`; without a token it
 * answers 401 for what is missing just as for what is private.
 */
export function hubError(answer: HttpResponse, asked: Asked): IlabError {
  const { status, headers } = answer;
  const code = headers['x-error-code'];
  if (code === undefined && isHtml(answer) && status < 500) return notAHub(asked.endpoint, status);
  if (code === 'GatedRepo') return gated(asked);
  if (code === 'RevisionNotFound') return missingVersion(asked);
  if (status === 401 && asked.token && code !== 'RepoNotFound') return refusedToken(asked, asked.token);
  if (status === 401 || status === 404) return missingRepository(asked);
  if (status === 403) return forbidden(asked, said(answer, asked));
  if (status === 429) return rateLimited(asked);
  return new IlabError('E_REGISTRY', `${asked.endpoint.name} answered ${status} for “${asked.repository}”${colon(said(answer, asked))}`, {
    retryable: status >= 500,
    hint: status >= 500 ? 'Try again later.' : 'Check HF_ENDPOINT and the reference.',
    details: { status, ...requestId(answer) },
  });
}

/** The error for a version that the repository does not have; `offered` are names that it has. */
export function missingVersion({ endpoint, repository, version }: Asked, offered: readonly string[] = []): IlabError {
  const some = offered.slice(0, 10).join(', ');
  const more = offered.length > 10 ? ` and ${offered.length - 10} more` : '';
  return new IlabError('E_NOT_FOUND', `“${repository}” at ${endpoint.name} has no version “${version ?? 'main'}”.`, {
    hint: some ? `It has: ${some}${more}.` : 'A version is a branch, a tag or a commit.',
    details: { repository, version, versions: offered },
  });
}

/** The error for a host that answers, but not as a Hub does. */
export function notAHub(endpoint: Endpoint, status: number): IlabError {
  return new IlabError('E_REGISTRY', `${endpoint.name} does not answer like a Hugging Face Hub: a web page came (${status}).`, {
    hint: 'Check HF_ENDPOINT, `models.registries` in the configuration, and whether a proxy or a log-in page stands between.',
    details: { status },
  });
}

function missingRepository({ endpoint, repository, token }: Asked): IlabError {
  const details = { repository, host: endpoint.name };
  if (token) {
    return new IlabError('E_NOT_FOUND', `“${repository}” was not found at ${endpoint.name}, or the token from ${token.origin} may not see it.`, {
      hint: 'Check the spelling, and that the token has read access to it.',
      details,
    });
  }
  return new IlabError('E_NOT_FOUND', `“${repository}” was not found at ${endpoint.name}, or it is private.`, {
    hint: `Check the spelling; if it is private, ${logIn(endpoint)}.`,
    details,
  });
}

function gated({ endpoint, repository, token }: Asked): IlabError {
  const page = `${endpoint.url}/${repository}`;
  const details = { repository, page };
  if (!token) {
    return new IlabError('E_UNAUTHORIZED', `“${repository}” is gated: its files are for accounts that were given access.`, {
      hint: `Ask for access at ${page}, then ${logIn(endpoint)}.`,
      details,
    });
  }
  return new IlabError('E_FORBIDDEN', `“${repository}” is gated, and the account of the token from ${token.origin} has no access yet.`, {
    hint: `Accept its terms or ask for access at ${page}.`,
    details,
  });
}

function refusedToken({ endpoint, repository }: Asked, { origin }: Token): IlabError {
  return new IlabError('E_UNAUTHORIZED', `${endpoint.name} refused the token from ${origin}.`, {
    hint: `Make a new one at ${endpoint.url}/settings/tokens, or take it away to go without.`,
    details: { repository, token: origin },
  });
}

function forbidden({ endpoint, repository, token }: Asked, reason: string): IlabError {
  const details = { repository };
  if (/disabled/i.test(reason)) {
    return new IlabError('E_FORBIDDEN', `“${repository}” has been disabled by ${endpoint.name}.`, {
      hint: `See ${endpoint.url}/${repository} for the reason.`,
      details,
    });
  }
  return new IlabError('E_FORBIDDEN', `${endpoint.name} does not allow access to “${repository}”${colon(reason)}`, {
    hint: token ? `Check what the token from ${token.origin} is allowed to do.` : `If you have access, ${logIn(endpoint)}.`,
    details,
  });
}

function rateLimited({ endpoint, token }: Asked): IlabError {
  return new IlabError('E_RATE_LIMITED', `${endpoint.name} has had too many requests from here.`, {
    retryable: true,
    hint: token ? 'Try again in five minutes.' : `Try again in five minutes, or ${logIn(endpoint)} for a higher limit.`,
  });
}

/** What the server itself says, shortened and without the token, should it repeat that. */
export function said(answer: HttpResponse, { token }: Asked): string {
  const text = answer.headers['x-error-message'] ?? errorField(answer) ?? '';
  const clean = token ? text.replaceAll(token.secret, '***') : text;
  return clean.slice(0, 300).trim();
}

function errorField(answer: HttpResponse): string | undefined {
  try {
    const body = answer.json();
    return isRecord(body) && typeof body['error'] === 'string' ? body['error'] : undefined;
  } catch {
    return undefined;
  }
}

export function colon(reason: string): string {
  return reason === '' ? '.' : `: ${reason}`;
}

/** What Hugging Face's support asks for. */
function requestId({ headers }: HttpResponse): { requestId?: string } {
  const requestId = headers['x-request-id'] ?? headers['x-amz-cf-id'];
  return requestId === undefined ? {} : { requestId };
}

export function isHtml({ headers }: HttpResponse): boolean {
  return headers['content-type']?.toLowerCase().includes('html') ?? false;
}
