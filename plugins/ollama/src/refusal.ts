import { type HttpResponse, IlabError, isDigest } from '@ilab/plugin-api';
import type { OllamaRepository } from './open-repository.ts';

type Asked = Pick<OllamaRepository, 'host' | 'repository'>;

export function isMissing({ status }: HttpResponse): boolean {
  return status === 404;
}

/**
 * What an answer 404 was about. The registry says “manifest unknown” of a missing model as of a missing tag, and lists no tags; where the
 * model has the tag that nearly all have, it was the tag.
 */
export async function missing(
  { host, repository }: Asked,
  { version, answer }: { readonly version: string; readonly answer: HttpResponse },
  askLatest: () => Promise<HttpResponse>,
): Promise<IlabError> {
  const isThere = !codesOf(answer).includes('NAME_UNKNOWN') && version !== 'latest' && (await askLatest()).status === 200;
  if (isThere) {
    return new IlabError('E_NOT_FOUND', `“${repository}” at ${host} has no ${isDigest(version) ? 'revision' : 'version'} “${version}”.`, {
      hint: 'It has “latest”; see its page at ollama.com for others.',
      details: { host, repository, version },
    });
  }
  return new IlabError('E_NOT_FOUND', `${host} has no model “${repository}”, or not under that tag.`, {
    hint: 'Check the spelling at ollama.com. The library’s names have no owner, others are owner/name.',
    details: { host, repository, version },
  });
}

/** What an answer means that is neither a manifest nor missing. */
export function refusal(answer: HttpResponse, { host, repository }: Asked): IlabError {
  const { status } = answer;
  if (status === 401 || status === 403) {
    return new IlabError(status === 401 ? 'E_UNAUTHORIZED' : 'E_FORBIDDEN', `${host} does not let you read “${repository}”.`, {
      hint: 'Private models are signed for with Ollama’s own key, which ilab does not use: `ollama pull` it, then `ilab model import --from ollama`.',
      details: { host, repository },
    });
  }
  return new IlabError('E_REGISTRY', `${host} answered ${status} for “${repository}”.`, {
    retryable: status >= 500,
    hint: status >= 500 ? 'Try again later.' : 'Check that the host is a registry of Ollama models.',
    details: { host, repository, status },
    side: 'source',
  });
}

/** The codes of a registry's error document (distribution spec, “Error Codes”). */
function codesOf(answer: HttpResponse): readonly unknown[] {
  try {
    const body = answer.json();
    const errors: unknown = typeof body === 'object' && body !== null && 'errors' in body ? body.errors : [];
    return Array.isArray(errors) ? errors.map((one: unknown) => (typeof one === 'object' && one !== null && 'code' in one ? one.code : undefined)) : [];
  } catch {
    return [];
  }
}
