import { type CallOptions, type HttpResponse, IlabError, isIlabError, type VersionKind } from '@ilab/plugin-api';
import { encodeSegment } from './encode.ts';
import { missingVersion } from './errors.ts';
import { ask, type HubRepository, readJson } from './hub-client.ts';
import { listRefs } from './refs.ts';
import { isCommit, isRecord, malformed } from './shape.ts';

/** Where a version points now. */
export interface Revision {
  readonly commit: string;
  /** Whether files are only for accounts that were given access. */
  readonly gated: boolean;
  /** What the Hub calls the repository now, when it was renamed. */
  readonly renamedTo?: string;
}

/**
 * Asks which commit a branch, tag, pull request (`refs/pr/3`), commit or unambiguous beginning of a commit is.
 * @throws IlabError E_NOT_FOUND (repository or version, told apart), E_NOT_A_MODEL (a repository without any commit), and as `Registry.resolve`
 */
export async function readRevision(hub: HubRepository, version: string, options: CallOptions): Promise<Revision> {
  const answer = await ask(hub, `/revision/${encodeSegment(version)}?expand=sha&expand=gated`, options);
  if (isMissingVersion(answer)) throw missingVersion({ ...hub, version }, await offered(hub, answer, options));
  const body = readJson(answer, { ...hub, version });
  if (!isRecord(body)) throw malformed('a revision is no object');
  const { sha, gated, id } = body;
  if (sha === null) throw new IlabError('E_NOT_A_MODEL', `“${hub.repository}” at ${hub.endpoint.name} is empty.`);
  if (!isCommit(sha)) throw malformed('a revision has no commit');
  if (isCommit(version) && version !== sha) throw malformed('another commit came than the one asked for');
  return {
    commit: sha,
    gated: gated !== undefined && gated !== false,
    ...(typeof id === 'string' && id !== hub.repository && { renamedTo: id }),
  };
}

/**
 * What kind of version led to a commit. Asks for the list of branches and tags only where the name alone does not tell; what is
 * not in it, or when it can't be had, is taken for a branch, the kind that promises least.
 */
export async function kindOf(
  hub: HubRepository,
  { version, commit }: { readonly version: string; readonly commit: string },
  options: CallOptions,
): Promise<VersionKind> {
  if (version.length >= 4 && commit.startsWith(version)) return 'commit';
  if (version === 'main' || version.startsWith('refs/')) return 'branch';
  const refs = await listRefs(hub, options).catch((error: unknown) => {
    if (isIlabError(error)) return [];
    throw error;
  });
  return refs.find(({ name }) => name === version)?.kind ?? 'branch';
}

/** Other Hubs don't say what is missing; when the repository has a list of versions, it was the version. */
export function isMissingVersion({ status, headers }: HttpResponse): boolean {
  const code = headers['x-error-code'];
  return status === 404 && (code === 'RevisionNotFound' || (code === undefined && headers['content-type']?.includes('json') === true));
}

/** Names to suggest. When the list can't be had, the missing version is still the better error, unless the repository is missing too. */
async function offered(hub: HubRepository, answer: HttpResponse, options: CallOptions): Promise<readonly string[]> {
  try {
    const refs = await listRefs(hub, options);
    return refs.map(({ name }) => name);
  } catch (error) {
    const known = answer.headers['x-error-code'] !== undefined;
    if (known && isIlabError(error)) return [];
    throw error;
  }
}
