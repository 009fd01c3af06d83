import { createHash } from 'node:crypto';
import type { CallOptions, RemoteVersion, VersionKind } from '@ilab/plugin-api';
import { isIlabError } from '@ilab/plugin-api';
import { malformed } from './errors.ts';
import { ask, type Hub, isRecord } from './hub.ts';
import type { Listing } from './list-files.ts';

/** What Git allows in the name of a branch or tag and a reference can spell. */
const REF_NAME = /^[^\u0000-\u0020\u007f-\u00a0~^:?*[\]\\@#%]{1,255}$/;

export function isCommit(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}

/**
 * The commit that a list is of. The hub mostly says its first digits alone; the file that it changed has it whole.
 * @returns undefined where it can't be told, as of a commit that only took files away
 */
export function commitOf({ files, head }: Listing): string | undefined {
  if (isCommit(head)) return head;
  return head === '' ? undefined : files.find(({ commit }) => commit?.startsWith(head))?.commit;
}

/** What stands for a commit that can't be told: the sha256 of all paths, sizes and hashes. */
export function contentRevision({ files }: Listing): string {
  const lines = files.map(({ path, size, digest }) => `${JSON.stringify([path, size, digest])}\n`).sort();
  return createHash('sha256').update(lines.join('')).digest('hex');
}

/**
 * The repository's branches, `master` first, then its tags. Names that no reference could spell are left out.
 * @throws IlabError as `Registry.versions`
 */
export async function listRevisions(hub: Hub, options: CallOptions): Promise<readonly RemoteVersion[]> {
  const { RevisionMap: map } = await ask(hub, '/revisions', options);
  if (!isRecord(map)) throw malformed(hub.endpoint, 'the list of branches and tags is none');
  const branches = readNames(map['Branches'], 'branch', hub);
  const [main, others] = [branches.filter(({ name }) => name === 'master'), branches.filter(({ name }) => name !== 'master')];
  return [...main, ...others, ...readNames(map['Tags'], 'tag', hub)];
}

function readNames(list: unknown, kind: 'branch' | 'tag', hub: Hub): readonly RemoteVersion[] {
  if (list === null || list === undefined) return [];
  if (!Array.isArray(list)) throw malformed(hub.endpoint, 'the list of branches and tags is none');
  const names = list.flatMap((entry) => (isRecord(entry) && typeof entry['Revision'] === 'string' ? [entry['Revision']] : []));
  return [...new Set(names)].filter((name) => REF_NAME.test(name)).map((name) => ({ name, kind }));
}

/** What kind of name led to a commit; what is not listed, or when the list can't be had, is a branch, the kind that promises least. */
export async function kindOf(hub: Hub, version: string, options: CallOptions): Promise<VersionKind> {
  if (isCommit(version)) return 'commit';
  if (version === 'master') return 'branch';
  try {
    return (await listRevisions(hub, options)).find(({ name }) => name === version)?.kind ?? 'branch';
  } catch (error) {
    if (isIlabError(error)) return 'branch';
    throw error;
  }
}
