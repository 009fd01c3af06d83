import { type HttpResponse, IlabError } from '@ilab/plugin-api';
import type { Keys } from './credentials/keys.ts';
import { readXml } from './xml.ts';

/** What was asked, and as whom. */
export interface Asked {
  readonly host: string;
  readonly repository: string;
  readonly keys: Keys | undefined;
}

const REFUSED_KEYS = new Set(['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken', 'InvalidToken', 'TokenRefreshRequired']);

/** What S3 calls what is wrong: `NoSuchBucket`; undefined where it says nothing that could be it. */
export function codeOf(answer: HttpResponse): string | undefined {
  const root = answer.body.length > 64 * 1024 ? undefined : readXml(answer.text());
  const code = root?.name === 'Error' ? root.first('Code') : undefined;
  return code !== undefined && /^[A-Za-z0-9.]{1,60}$/.test(code) ? code : undefined;
}

/** What an answer other than a success means. */
export function s3Error(answer: HttpResponse, asked: Asked): IlabError {
  const { host, repository, keys } = asked;
  const { status } = answer;
  const code = codeOf(answer);
  const details = { repository, status, ...(code !== undefined && { code }) };
  if (code === 'NoSuchBucket') return missingBucket(asked);
  if (code === 'RequestTimeTooSkewed') {
    return new IlabError('E_UNAUTHORIZED', `${host} does not take the time of this machine, which is part of every signature.`, {
      hint: 'Set the clock, then try again.',
      details,
    });
  }
  if (keys && code !== undefined && REFUSED_KEYS.has(code)) {
    return new IlabError('E_UNAUTHORIZED', `${host} refused the keys from ${keys.origin} (${code}).`, {
      hint: 'Put in others, or take them away to ask without a name.',
      details,
    });
  }
  if (status === 401 || status === 403) return keys ? forbidden(asked, keys, details) : logIn(asked, details);
  if (status === 404) return missingRepository(asked);
  if (code === undefined && answer.headers['content-type']?.toLowerCase().includes('html')) return notS3(asked, details);
  return new IlabError('E_REGISTRY', `${host} answered ${status} for “${repository}”${code === undefined ? '' : ` (${code})`}.`, {
    retryable: status >= 500,
    hint: status >= 500 ? 'Try again later.' : 'Check the host and the bucket.',
    details,
  });
}

/** The error for a folder that has nothing in it. */
export function missingRepository({ host, repository }: Pick<Asked, 'host' | 'repository'>): IlabError {
  return new IlabError('E_NOT_FOUND', `“${repository}” was not found at ${host}: there is nothing in that folder.`, {
    hint: 'Check the spelling, upper and lower case too.',
    details: { repository, host },
  });
}

/** The error for a version that a repository does not have; `offered` are those that it has. */
export function missingVersion({ host, repository, version }: Omit<Asked, 'keys'> & { readonly version: string }, offered: readonly string[]): IlabError {
  const some = offered.slice(0, 10).join(', ');
  const more = offered.length > 10 ? ` and ${offered.length - 10} more` : '';
  return new IlabError('E_NOT_FOUND', `“${repository}” at ${host} has no version “${version}”.`, {
    hint: some ? `It has: ${some}${more}.` : 'A version is a folder of the repository.',
    details: { repository, version, versions: offered },
  });
}

/** The error for an answer that does not have the shape that S3's API promises. */
export function malformed(host: string, what: string): IlabError {
  return new IlabError('E_REGISTRY', `The answer of ${host} makes no sense: ${what}.`, { hint: 'Check that this host speaks S3’s API.' });
}

function missingBucket({ host, repository }: Asked): IlabError {
  return new IlabError('E_NOT_FOUND', `${host} has no such bucket: “${repository}”.`, {
    hint: 'The bucket is the first part after the host.',
    details: { repository, host },
  });
}

function logIn({ host, repository }: Asked, details: Readonly<Record<string, unknown>>): IlabError {
  return new IlabError('E_UNAUTHORIZED', `“${repository}” at ${host} is not for everybody, or not there.`, {
    hint: `Log in with \`ilab login ${host}\`; for Amazon’s hosts the keys of its own tools count too.`,
    details,
  });
}

function forbidden({ host, repository }: Asked, { origin }: Keys, details: Readonly<Record<string, unknown>>): IlabError {
  return new IlabError('E_FORBIDDEN', `${host} does not let the keys from ${origin} have “${repository}”, or it is not there.`, {
    hint: 'They need s3:ListBucket for the bucket and s3:GetObject for what is in it.',
    details,
  });
}

function notS3({ host }: Asked, details: Readonly<Record<string, unknown>>): IlabError {
  return new IlabError('E_REGISTRY', `${host} does not answer as S3 does: a web page came (${String(details['status'])}).`, {
    hint: 'Check the host, and whether a proxy or a log-in page stands between.',
    details,
  });
}
