import { type HttpResponse, IlabError } from '@ilab/plugin-api';
import { type Asked, colon, hubError, logIn, said } from '../errors.ts';

/** What a refusal means to somebody who wants to change a repository. */
export function uploadError(answer: HttpResponse, asked: Asked): IlabError {
  const { endpoint, repository, token } = asked;
  const { status } = answer;
  const details = { repository, host: endpoint.name, status };
  if ((status === 401 || status === 403) && !token) {
    return new IlabError('E_UNAUTHORIZED', `${endpoint.name} takes uploads only from people it knows.`, { hint: `To upload, ${logIn(endpoint)}.`, details });
  }
  if (status === 403) {
    return new IlabError('E_FORBIDDEN', `The token from ${token?.origin} may not write to “${repository}” at ${endpoint.name}${colon(said(answer, asked))}`, {
      hint: `It needs write access: ${endpoint.url}/settings/tokens. Or propose the change: --pull-request.`,
      details,
    });
  }
  if (status === 400 || status === 413 || status === 422) {
    return new IlabError('E_REGISTRY', `${endpoint.name} does not take the upload to “${repository}”${colon(said(answer, asked))}`, {
      hint: 'Correct what it names; what was sent is not sent again.',
      details,
    });
  }
  return hubError(answer, asked);
}

/** The error for files that somebody else changed meanwhile. */
export function conflict({ endpoint, repository, version }: Asked, paths: readonly string[]): IlabError {
  const some = paths.slice(0, 5).join(', ');
  const what = paths.length === 0 ? 'kept moving' : `got other versions of ${some}${paths.length > 5 ? ` and ${paths.length - 5} more` : ''}`;
  return new IlabError('E_CONFLICT', `“${repository}:${version ?? 'main'}” at ${endpoint.name} ${what} while this was uploaded; nothing was replaced.`, {
    hint: 'Look at what changed there, then run the same command again: what was sent is not sent again. Or propose it: --pull-request.',
    details: { repository, paths },
    retryable: true,
  });
}

/** The error for a repository that was renamed: what is read there is followed, what is written is not. */
export function moved({ headers }: HttpResponse, { endpoint, repository }: Asked): IlabError {
  const name = /\/api\/models\/([\w.-]+\/[\w.-]+)\//.exec(headers['location'] ?? '')?.[1];
  return new IlabError('E_NOT_FOUND', `“${repository}” at ${endpoint.name} is called ${name === undefined ? 'something else' : `“${name}”`} now.`, {
    hint: 'If it is still yours, upload to it under its new name.',
    details: { repository, ...(name !== undefined && { name }) },
  });
}
