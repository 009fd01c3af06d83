import type { CallOptions, RemoteVersion, VersionKind } from '@ilab/plugin-api';
import { ask, type HubRepository, readJson } from './hub-client.ts';
import { isCommit, isRecord, malformed } from './shape.ts';

/** What Git allows in the name of a branch or tag and a reference can spell: nothing that either keeps for itself. */
const REF_NAME = /^[^\u0000-\u0020\u007f-\u00a0~^:?*[\]\\@#%]{1,255}$/;

/**
 * The repository's branches, `main` first, then its tags. Names that no reference could spell are left out.
 * @throws IlabError as `Registry.versions`
 */
export async function listRefs(hub: HubRepository, options: CallOptions): Promise<readonly RemoteVersion[]> {
  const body = readJson(await ask(hub, '/refs', options), hub);
  if (!isRecord(body)) throw malformed('the list of branches and tags is none');
  const branches = readRefs(body['branches'], 'branch');
  const main = branches.filter(({ name }) => name === 'main');
  return [...main, ...branches.filter(({ name }) => name !== 'main'), ...readRefs(body['tags'], 'tag')];
}

function readRefs(list: unknown, kind: VersionKind): RemoteVersion[] {
  if (list === undefined || list === null) return [];
  if (!Array.isArray(list)) throw malformed(`the ${kind} list is none`);
  return list.flatMap((ref: unknown) => {
    if (!isRecord(ref) || typeof ref['name'] !== 'string') throw malformed(`a ${kind} has no name`);
    if (!isCommit(ref['targetCommit'])) throw malformed(`a ${kind} points to no commit`);
    return REF_NAME.test(ref['name']) ? [{ name: ref['name'], kind, revision: ref['targetCommit'] }] : [];
  });
}
