import { type HttpResponse, IlabError } from '@ilab/plugin-api';
import { type Endpoint, MODELSCOPE } from './endpoint.ts';
import type { Token } from './token.ts';

/** What was asked, and as whom. */
export interface Asked {
  readonly endpoint: Endpoint;
  readonly repository: string;
  readonly token: Token | undefined;
}

/** What an answer other than a success means. */
export function hubError(answer: HttpResponse, asked: Asked): IlabError {
  const { endpoint, repository, token } = asked;
  const { status } = answer;
  const details = { repository, status };
  if (status < 500 && answer.headers['content-type']?.toLowerCase().includes('html')) return notAHub(endpoint, status);
  if (status === 401 && token) {
    return new IlabError('E_UNAUTHORIZED', `${endpoint.name} refused the token from ${token.origin}.`, {
      hint: `Make a new one at ${endpoint.url}/my/myaccesstoken, or take it away to go without.`,
      details,
    });
  }
  if (status === 401 || (status === 403 && !token)) {
    return new IlabError('E_UNAUTHORIZED', `“${repository}” at ${endpoint.name} is not for everybody.`, {
      hint: `If you have access, ${logIn(endpoint)}.`,
      details,
    });
  }
  if (status === 403) {
    return new IlabError('E_FORBIDDEN', `${endpoint.name} does not allow access to “${repository}”${colon(said(answer, asked))}`, {
      hint: `Ask for access at ${endpoint.url}/models/${repository}; the token is from ${token?.origin ?? 'nowhere'}.`,
      details,
    });
  }
  if (status === 404) return missingRepository(asked);
  return new IlabError('E_REGISTRY', `${endpoint.name} answered ${status} for “${repository}”${colon(said(answer, asked))}`, {
    retryable: status >= 500,
    hint: status >= 500 ? 'Try again later.' : 'Check MODELSCOPE_ENDPOINT and the reference.',
    details,
  });
}

/** The error for a version that the repository does not have; `offered` are names that it has. */
export function missingVersion({ endpoint, repository, version }: Asked & { readonly version: string }, offered: readonly string[]): IlabError {
  const some = offered.slice(0, 10).join(', ');
  const more = offered.length > 10 ? ` and ${offered.length - 10} more` : '';
  return new IlabError('E_NOT_FOUND', `“${repository}” at ${endpoint.name} has no version “${version}”.`, {
    hint: some ? `It has: ${some}${more}.` : 'A version is a branch, a tag or a commit.',
    details: { repository, version, versions: offered },
  });
}

export function missingRepository({ endpoint, repository, token }: Asked): IlabError {
  return new IlabError('E_NOT_FOUND', `“${repository}” was not found at ${endpoint.name}, or it is private.`, {
    hint: token ? `Check the spelling, and that the token from ${token.origin} may read it.` : `Check the spelling; if it is private, ${logIn(endpoint)}.`,
    details: { repository, host: endpoint.name },
  });
}

/** The error for an answer that does not have the shape that ModelScope's API promises. */
export function malformed({ name }: Endpoint, what: string): IlabError {
  return new IlabError('E_REGISTRY', `The answer of ${name} makes no sense: ${what}.`, {
    hint: 'If this host is no ModelScope, correct MODELSCOPE_ENDPOINT or `models.registries` in the configuration.',
  });
}

export function notAHub({ name }: Endpoint, status: number): IlabError {
  return new IlabError('E_REGISTRY', `${name} does not answer as ModelScope does: a web page came (${status}).`, {
    hint: 'Check MODELSCOPE_ENDPOINT, and whether a proxy or a log-in page stands between.',
    details: { status },
  });
}

export function logIn({ isDefault, name }: Endpoint): string {
  return isDefault ? `log in with \`ilab login ${MODELSCOPE}\` or set MODELSCOPE_API_TOKEN` : `log in with \`ilab login ${name}\``;
}

/** What the hub itself says, shortened and without the token, should it repeat that. */
function said(answer: HttpResponse, { token }: Asked): string {
  const text = messageIn(answer);
  const clean = token ? text.replaceAll(token.secret, '***') : text;
  return clean
    .replace(/\p{C}+/gu, ' ')
    .slice(0, 300)
    .trim();
}

function messageIn(answer: HttpResponse): string {
  try {
    const body = answer.json();
    const message = typeof body === 'object' && body !== null && 'Message' in body ? body.Message : '';
    return typeof message === 'string' ? message : '';
  } catch {
    return '';
  }
}

function colon(reason: string): string {
  return reason === '' ? '.' : `: ${reason}`;
}
