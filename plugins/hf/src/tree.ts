import { type CallOptions, type Digest, isDigest, parseFilePath, parseSize, type RemoteFile } from '@ilab/plugin-api';
import { ask, type HubRepository, readJson } from './hub-client.ts';
import { isRecord, malformed } from './shape.ts';

/** The Hub advises fewer than 100,000 files a repository and sends about 1,000 a page. */
const MAX_PAGES = 1000;

const XET_HASH = /^[0-9a-f]{64}$/;

/**
 * Every file of a commit, sub-folders included, as one paged listing tells: sizes and digests, so that nothing else has to be
 * asked for. A commit never changes, so its listing is kept; the caller has asked for the commit, and thereby whether this user may see it.
 * @throws IlabError E_REGISTRY for unsafe paths, digests that are none, sizes that can't be, and listings that never end
 */
export async function listTree(hub: HubRepository, commit: string, options: CallOptions): Promise<readonly RemoteFile[]> {
  const key = `hf-tree ${hub.api} ${commit}`;
  const kept = await hub.answers?.get(key);
  const before = kept === undefined ? undefined : readKept(kept);
  if (before) return before;
  const entries = await askForTree(hub, commit, options);
  const files = readEntries(entries);
  if (files.length > 0) await hub.answers?.put(key, JSON.stringify(entries));
  return files;
}

/** @returns undefined for what can't be read */
function readKept(text: string): readonly RemoteFile[] | undefined {
  try {
    const entries: unknown = JSON.parse(text);
    return Array.isArray(entries) ? readEntries(entries) : undefined;
  } catch {
    return undefined;
  }
}

async function askForTree(hub: HubRepository, commit: string, options: CallOptions): Promise<readonly unknown[]> {
  const all: unknown[] = [];
  let query: string | undefined = '?recursive=true&expand=false';
  for (let page = 0; query !== undefined; page++) {
    if (page === MAX_PAGES) throw malformed(`the list of files is longer than ${MAX_PAGES} pages`);
    const answer = await ask(hub, `/tree/${commit}${query}`, options);
    const entries = readJson(answer, { ...hub, version: commit });
    if (!Array.isArray(entries)) throw malformed('the list of files is none');
    for (const entry of entries) all.push(entry);
    const next = nextQuery(answer.headers['link'], answer.url);
    if (next === query) throw malformed('a page of the list of files leads to itself');
    query = next;
  }
  return all;
}

function readEntries(entries: readonly unknown[]): readonly RemoteFile[] {
  const files = new Map<string, RemoteFile>();
  for (const entry of entries) {
    const file = readEntry(entry);
    if (!file) continue;
    if (files.has(file.path)) throw malformed(`“${file.path}” is listed twice`);
    files.set(file.path, file);
  }
  return [...files.values()];
}

/**
 * Where the list goes on. Only the query is taken from the link: mirrors pass on links to the original host, and a token must
 * not follow them there.
 */
function nextQuery(link: string | undefined, base: string): string | undefined {
  const [, target] = link?.match(/<([^<>]{1,4096})>[^<,]*;\s*rel="?next"?/i) ?? [];
  if (target === undefined) return undefined;
  if (!URL.canParse(target, base)) throw malformed('the next page of the list of files has no address');
  return new URL(target, base).search;
}

/** @returns undefined for what is no file */
export function readEntry(entry: unknown): RemoteFile | undefined {
  if (!isRecord(entry)) throw malformed('an entry of the list of files is no object');
  if (entry['type'] !== 'file') return undefined;
  const path = parseFilePath(entry['path']);
  const lfs = isRecord(entry['lfs']) ? entry['lfs'] : undefined;
  const digest = lfs ? readDigest(`sha256:${lfs['oid']}`, path) : readDigest(`git-sha1:${entry['oid']}`, path);
  const size = parseSize(lfs?.['size'] ?? entry['size']);
  const xetHash = entry['xetHash'];
  return {
    path,
    blob: { id: path, size, digest },
    ...(typeof xetHash === 'string' && XET_HASH.test(xetHash) && { xetHash }),
  };
}

function readDigest(text: string, path: string): Digest {
  if (!isDigest(text)) throw malformed(`“${path}” has no usable hash`);
  return text;
}
