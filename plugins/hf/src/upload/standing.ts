import { createHash } from 'node:crypto';
import { type CallOptions, digestParts, type RemoteBlob, type UploadFile } from '@ilab/plugin-api';
import { type HubRepository, readJson, tell } from '../hub-client.ts';
import { malformed } from '../shape.ts';
import { readEntry } from '../tree.ts';
import { moved } from './upload-errors.ts';

/** What stands under some paths at a commit. */
export type Standing = ReadonlyMap<string, RemoteBlob>;

/** Paths of one question. */
const AT_ONCE = 100;

/** Asks what a commit has under the paths that are to be uploaded; a large repository is not listed for that. */
export async function standingAt(hub: HubRepository, commit: string | undefined, paths: readonly string[], options: CallOptions): Promise<Standing> {
  const standing = new Map<string, RemoteBlob>();
  if (commit === undefined) return standing;
  for (let from = 0; from < paths.length; from += AT_ONCE) {
    const answer = await tell(hub, `/paths-info/${commit}`, { paths: paths.slice(from, from + AT_ONCE), expand: false }, options);
    if (answer.status >= 300 && answer.status < 400) throw moved(answer, hub);
    const entries = readJson(answer, { ...hub, version: commit });
    if (!Array.isArray(entries)) throw malformed('what stands under some paths is no list');
    for (const entry of entries) {
      const file = readEntry(entry);
      if (file) standing.set(file.path, file.blob);
    }
  }
  return standing;
}

/** Whether a file is there with the same content, by the hash that the Hub keeps of it. */
export async function isThere(file: UploadFile, standing: Standing): Promise<boolean> {
  const blob = standing.get(file.path);
  if (!blob || blob.size !== file.size) return false;
  const { algorithm, hex } = digestParts(blob.digest);
  return hex === (algorithm === 'sha256' ? file.sha256 : await gitSha1(file));
}

/** The id that Git gives to a file's content. */
async function gitSha1(file: UploadFile): Promise<string> {
  const hash = createHash('sha1').update(`blob ${file.size}\0`);
  for await (const bytes of file.open()) hash.update(bytes);
  return hash.digest('hex');
}
