import type { CallOptions } from '@ilab/plugin-api';
import { encodeSegment } from './encode.ts';
import { ask, type HubRepository, readJson } from './hub-client.ts';
import { isMissingVersion } from './revision.ts';
import { isRecord } from './shape.ts';

/** Whether a commit is still part of a repository. A repository that was made anew under the same name knows none of the old ones. */
export async function holdsCommit(hub: HubRepository, commit: string, options: CallOptions): Promise<boolean> {
  const answer = await ask(hub, `/revision/${encodeSegment(commit)}?expand=sha`, options);
  if (isMissingVersion(answer)) return false;
  const body = readJson(answer, { ...hub, version: commit });
  return isRecord(body) && body['sha'] === commit;
}
