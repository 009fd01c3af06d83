import { type HttpResponse, IlabError } from '@ilab/core/adapter';
import { isRecord } from '../content/record.ts';

/** What was asked of a registry. */
export interface Asked {
  readonly host: string;
  readonly repository: string;
}

/** The codes of a registry's error document (distribution spec, “Error Codes”). */
export function errorCodes(answer: Answered): readonly string[] {
  return errorEntries(answer).flatMap(({ code }) => (typeof code === 'string' ? [code] : []));
}

/** What of an answer an error is made of; an answer that is read as it comes has no body to look into. */
export type Answered = Pick<HttpResponse, 'status'> & Partial<Pick<HttpResponse, 'json'>>;

/** What an answer other than a success means, where it is not about one version. `doing`: what these credentials may not do. */
export function registryError(answer: Answered, { host, repository }: Asked, doing: string = `read “${repository}”`): IlabError {
  const { status } = answer;
  if (status === 404) return missingRepository({ host, repository });
  if (status === 401 || status === 403) {
    return new IlabError('E_FORBIDDEN', `${host} does not let these credentials ${doing}${colon(said(answer))}`, {
      hint: 'Check the spelling, and what your account may do.',
      details: { host, repository },
    });
  }
  return new IlabError('E_REGISTRY', `${host} answered ${status} for “${repository}”${colon(said(answer))}`, {
    retryable: status >= 500,
    hint: status >= 500 ? 'Try again later.' : 'Check that the host is an OCI registry.',
    details: { host, repository, status },
  });
}

export function missingRepository({ host, repository }: Asked): IlabError {
  return new IlabError('E_NOT_FOUND', `${host} has no repository “${repository}”.`, {
    hint: `Check the spelling; a private one needs a login: ilab login ${host}`,
    details: { host, repository },
  });
}

/** `offered` are tags that the repository has. */
export function missingVersion(
  { host, repository }: Asked,
  { version, offered }: { readonly version: string; readonly offered: readonly string[] },
): IlabError {
  const some = offered.slice(0, 10).join(', ');
  const more = offered.length > 10 ? ` and ${offered.length - 10} more` : '';
  return new IlabError('E_NOT_FOUND', `“${repository}” at ${host} has no version “${version}”.`, {
    hint: some === '' ? `See what it has: ilab model versions ${host}/${repository}` : `It has: ${some}${more}.`,
    details: { host, repository, version, versions: offered },
  });
}

/** The entries of a registry's error document: `code`, `message`, `detail`. */
export function errorEntries(answer: Answered): readonly Readonly<Record<string, unknown>>[] {
  try {
    const body = answer.json?.();
    return isRecord(body) && Array.isArray(body['errors']) ? body['errors'].filter(isRecord) : [];
  } catch {
    return [];
  }
}

export function said(answer: Answered): string {
  const [first] = errorEntries(answer);
  return typeof first?.['message'] === 'string' ? first['message'].slice(0, 300) : '';
}

/** What a registry said, after a sentence that lacks its end. */
export function colon(reason: string): string {
  return reason === '' ? '.' : `: ${reason.replace(/\.?$/, '.')}`;
}
