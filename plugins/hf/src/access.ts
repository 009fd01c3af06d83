import type { CallOptions, RemoteFile } from '@ilab/plugin-api';
import { encodePath } from './encode.ts';
import { hubError } from './errors.ts';
import type { HubRepository } from './hub-client.ts';

/** Where a file of a commit is to be had. */
export function fileUrl(hub: HubRepository, commit: string, path: string): string {
  return `${hub.page}/resolve/${commit}/${encodePath(path)}`;
}

/**
 * Finds out whether this user may have the files of a gated repository. Its list of files is public, so without this a download
 * would fail at its first byte, with less to say. A large file is asked for: some small ones, such as the README, are not gated.
 * @throws IlabError E_UNAUTHORIZED, E_FORBIDDEN
 */
export async function checkAccess(
  hub: HubRepository,
  { commit, files }: { readonly commit: string; readonly files: readonly RemoteFile[] },
  options: CallOptions,
): Promise<void> {
  const largest = files.reduce((a, b) => (b.blob.size > a.blob.size ? b : a));
  const answer = await hub.http.request({ url: fileUrl(hub, commit, largest.path), method: 'HEAD', headers: hub.headers, redirect: 'manual' }, options);
  if (answer.status === 401 || answer.status === 403) throw hubError(answer, hub);
}
