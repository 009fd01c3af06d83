import { IlabError } from '../errors/ilab-error.ts';
import type { RemoteReference, ShortReference } from '../model/reference.ts';
import type { StoredRepository } from '../model/stored.ts';
import { isProjector } from '../selection/projector.ts';
import { isQuantisation, quantisationOf } from '../selection/quantisation.ts';
import type { Candidate } from './candidates.ts';

/** What a suffix found is not here in that version or quantisation, and a suffix never turns into a download. */
export function versionNotHere(reference: RemoteReference | ShortReference, candidates: readonly Candidate[]): IlabError {
  const repositories = candidates.flatMap((candidate) => (candidate.kind === 'repository' ? [candidate.repository] : []));
  const quantised = isQuantisation(reference.selector ?? reference.version ?? '');
  const here = repositories.map((repository) => {
    const files = quantised ? quantisationsOf(repository) : '';
    return `${placeOf(repository)}: ${namesOf(repository) || 'no version'}${files && ` (${files})`}`;
  });
  const fetches = repositories.map((repository) => `ilab model download ${placeOf(repository)}${asWritten(reference)}`);
  return new IlabError('E_NOT_FOUND', `${reference.canonical} is not here.`, { hint: `Here are ${here.join('; ')}. To fetch it: ${fetches.join(', or ')}` });
}

function placeOf({ id: { host, repository } }: StoredRepository): string {
  return `${host}/${repository}`;
}

function namesOf({ versions }: StoredRepository): string {
  return versions
    .map(({ name }) => name)
    .sort()
    .join(', ');
}

/** Those that are here whole, of any version. */
function quantisationsOf({ snapshots }: StoredRepository): string {
  const of = (paths: readonly string[]) => paths.flatMap((path) => (isProjector(path) ? [] : (quantisationOf(path) ?? [])));
  const here = snapshots.flatMap(({ files, missing }) => {
    const lacking = new Set(of(missing));
    return of(files.map(({ path }) => path)).filter((name) => !lacking.has(name));
  });
  return [...new Set(here)].sort().join(', ');
}

/** What stands after the repository: `:Q4_K_M` is a quantisation, and `@Q4_K_M` a version of that name. */
function asWritten({ input, version, digest, selector }: RemoteReference | ShortReference): string {
  const sign = input.includes(`@${version}`) ? '@' : ':';
  return [version === undefined ? '' : `${sign}${version}`, digest === undefined ? '' : `@${digest}`, selector === undefined ? '' : `#${selector}`].join('');
}

export function ambiguous(reference: RemoteReference | ShortReference, candidates: readonly string[]): IlabError {
  return new IlabError('E_AMBIGUOUS', `“${reference.canonical}” can mean ${candidates.join(', ')}.`, {
    hint: `Write one of them in full, or give one a name of your own: ilab model alias set NAME ${candidates[0]}`,
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
        ? `To fetch it, put the host in front: ilab model download quay.io/${canonical}`
        : `Fetch it by its whole name, as ORGANISATION/${canonical}, or set an alias: ilab model alias set ${repository} REF`,
  });
}
