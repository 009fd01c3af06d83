import { type CallOptions, IlabError, isIlabError, type RemoteVersion, type UploadRequest } from '@ilab/plugin-api';
import { encodeSegment } from '../encode.ts';
import { missingVersion } from '../errors.ts';
import { type HubRepository, tell } from '../hub-client.ts';
import { listRefs } from '../refs.ts';
import { readRevision } from '../revision.ts';
import { uploadError } from './upload-errors.ts';

/** What an upload goes on top of. */
export interface Branch {
  readonly name: string;
  /** Its head; absent where the repository has no commit yet. */
  readonly commit?: string;
}

type Wanted = { readonly name: string; readonly create: UploadRequest['createRepository'] };

/**
 * Finds the branch to upload to, and makes it, or its repository, if that was asked for.
 * @throws IlabError E_NOT_FOUND, E_USAGE for a tag, and as `Registry.upload`
 */
export async function findBranch(hub: HubRepository, { name, create }: Wanted, options: CallOptions): Promise<Branch> {
  if (name.startsWith('refs/')) return { name, commit: (await readRevision(hub, name, options)).commit };
  const refs = await refsOf(hub, create, options);
  const branch = refs.find((ref) => ref.name === name && ref.kind === 'branch');
  if (branch?.revision !== undefined) return { name, commit: branch.revision };
  if (refs.some((ref) => ref.name === name)) {
    throw new IlabError('E_USAGE', `“${name}” of “${hub.repository}” is a tag, and tags don’t move.`, {
      hint: 'Upload to a branch, and tag the commit afterwards.',
    });
  }
  if (refs.length === 0 && name === 'main') return { name };
  const main = refs.find((ref) => ref.name === 'main')?.revision;
  if (create === undefined || main === undefined) throw noBranch(hub, { name, refs });
  return makeBranch(hub, { name, commit: main }, options);
}

function noBranch(hub: HubRepository, { name, refs }: { readonly name: string; readonly refs: readonly RemoteVersion[] }): IlabError {
  const branches = refs.filter(({ kind }) => kind === 'branch').map((ref) => ref.name);
  const { message, hint, details } = missingVersion({ ...hub, version: name }, branches);
  return new IlabError('E_NOT_FOUND', message, { hint: `${hint} To make it from main: --create.`, ...(details && { details }) });
}

async function refsOf(hub: HubRepository, create: Wanted['create'], options: CallOptions): Promise<readonly RemoteVersion[]> {
  try {
    return await listRefs(hub, options);
  } catch (error) {
    if (!isIlabError(error) || error.code !== 'E_NOT_FOUND') throw error;
    if (create === undefined) {
      throw new IlabError('E_NOT_FOUND', error.message, { hint: `${error.hint} To make it: --create.`, ...(error.details && { details: error.details }) });
    }
  }
  await makeRepository(hub, create, options);
  return listRefs(hub, options);
}

/** Somebody else who makes it at the same time is as good. */
async function makeRepository(hub: HubRepository, visibility: 'private' | 'public', options: CallOptions): Promise<void> {
  const [name, organization] = hub.repository.split('/').reverse();
  const body = { type: 'model', name, ...(organization !== undefined && { organization }), private: visibility === 'private' };
  const answer = await hub.http.request(
    {
      url: `${hub.endpoint.url}/api/repos/create`,
      method: 'POST',
      headers: { accept: 'application/json', 'content-type': 'application/json', ...hub.headers },
      body: JSON.stringify(body),
    },
    options,
  );
  if (answer.status >= 300 && answer.status !== 409) throw uploadError(answer, hub);
}

async function makeBranch(hub: HubRepository, branch: Required<Branch>, options: CallOptions): Promise<Branch> {
  const answer = await tell(hub, `/branch/${encodeSegment(branch.name)}`, { startingPoint: branch.commit }, options);
  if (answer.status >= 300 && answer.status !== 409) throw uploadError(answer, { ...hub, version: branch.name });
  return findBranch(hub, { name: branch.name, create: undefined }, options);
}
