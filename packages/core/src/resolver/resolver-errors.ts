import { IlabError } from '../errors/ilab-error.ts';
import type { RemoteReference, ShortReference } from '../model/reference.ts';
import type { Candidate } from './candidates.ts';

/** What a suffix found is not here in that version, and a suffix never turns into a download. */
export function versionNotHere(reference: RemoteReference | ShortReference, candidates: readonly Candidate[]): IlabError {
  const here = candidates.flatMap((candidate) => {
    if (candidate.kind !== 'repository') return [];
    const { id, versions } = candidate.repository;
    return [
      `${id.host}/${id.repository}: ${
        versions
          .map(({ name }) => name)
          .sort()
          .join(', ') || 'no version'
      }`,
    ];
  });
  return new IlabError('E_NOT_FOUND', `${reference.canonical} is not here.`, {
    hint: `Here are ${here.join('; ')}. To fetch another version, name it with its host: ilab model download host/repository:version`,
  });
}

export function ambiguous(reference: RemoteReference | ShortReference, candidates: readonly string[]): IlabError {
  return new IlabError('E_AMBIGUOUS', `“${reference.canonical}” can mean ${candidates.join(', ')}.`, {
    hint: 'Write one of them in full, or set an alias in the configuration (models.aliases).',
    details: { candidates },
  });
}

export function notHere(reference: RemoteReference): IlabError {
  return new IlabError('E_NOT_FOUND', `${reference.canonical} is not here, and the pull policy is never.`, {
    hint: `Fetch it: ilab model download ${reference.canonical}`,
  });
}

export function offline(reference: RemoteReference): IlabError {
  return new IlabError('E_OFFLINE', `${reference.canonical} is not here, and ilab is offline.`, {
    hint: `With a network: ilab model download ${reference.canonical}`,
  });
}

export function unknownName({ kind, canonical, repository }: ShortReference): IlabError {
  return new IlabError('E_NOT_FOUND', `No model here is called “${canonical}”.`, {
    hint:
      kind === 'suffix'
        ? `To fetch it, put the host in front, for example quay.io/${canonical}.`
        : `See \`ilab model list\`; to fetch one, name it in full (host/organisation/${repository}), or set an alias “${repository}” in the configuration (models.aliases).`,
  });
}
