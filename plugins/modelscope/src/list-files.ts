import { type CallOptions, IlabError, parseDigest, parseFilePath, parseSize } from '@ilab/plugin-api';
import { malformed } from './errors.ts';
import { ask, encodeValue, type Hub, isRecord, type Json } from './hub.ts';

/** A file as a list has it. */
export interface ListedFile {
  readonly path: string;
  readonly size: number;
  readonly digest: `sha256:${string}`;
  /** The last commit that changed it, where the hub says that. */
  readonly commit: string | undefined;
}

export interface Listing {
  readonly files: readonly ListedFile[];
  /** The newest commit: whole, or its first digits, or nothing. */
  readonly head: string;
}

/** A list is cut off there, and nothing says so. */
const CUT_OFF = 3000;
/** Folders that are asked one by one where lists are cut off. */
const MOST_LISTS = 300;

/**
 * All files of a version, as one list tells, or where that is cut off one for each folder.
 * @returns undefined where there is no such version
 * @throws IlabError E_REGISTRY for unsafe paths, sizes that can't be, files without a sha256; E_NOT_A_MODEL for more files than can be listed
 */
export async function listFiles(hub: Hub, version: string, options: CallOptions): Promise<Listing | undefined> {
  const first = await readList(hub, { version, root: '', isDeep: true }, options);
  if (!first) return undefined;
  const files = new Map<string, ListedFile>();
  const add = (entries: readonly Json[]): void => {
    for (const file of entries.flatMap((entry) => readFile(entry, hub))) {
      if (files.has(file.path)) throw malformed(hub.endpoint, `“${file.path}” is listed twice`);
      files.set(file.path, file);
    }
  };
  if (first.entries.length < CUT_OFF) add(first.entries);
  else await walk(hub, version, add, options);
  return { files: [...files.values()], head: first.head };
}

async function walk(hub: Hub, version: string, add: (entries: readonly Json[]) => void, options: CallOptions): Promise<void> {
  const waiting = [''];
  for (let asked = 0; waiting.length > 0; asked++) {
    if (asked >= MOST_LISTS) throw tooMany(hub);
    const root = waiting.pop() ?? '';
    const deep = root === '' ? undefined : await readList(hub, { version, root, isDeep: true }, options);
    if (deep && deep.entries.length < CUT_OFF) {
      add(deep.entries);
      continue;
    }
    const entries = (await readList(hub, { version, root, isDeep: false }, options))?.entries ?? [];
    if (entries.length >= CUT_OFF) throw tooMany(hub);
    add(entries);
    waiting.push(...foldersIn(entries, root, hub));
  }
}

function foldersIn(entries: readonly Json[], root: string, { endpoint }: Hub): readonly string[] {
  const folders = entries.filter((entry) => entry['Type'] === 'tree').map((entry) => parseFilePath(entry['Path']));
  // What is not below leads round in circles.
  const elsewhere = folders.find((folder) => !folder.startsWith(root === '' ? '' : `${root}/`));
  if (elsewhere !== undefined) throw malformed(endpoint, `“${elsewhere}” is listed where it is not`);
  return folders;
}

type ListRequest = { readonly version: string; readonly root: string; readonly isDeep: boolean };

async function readList(
  hub: Hub,
  { version, root, isDeep }: ListRequest,
  options: CallOptions,
): Promise<{ readonly entries: readonly Json[]; readonly head: string } | undefined> {
  const query = `Revision=${encodeValue(version)}&Recursive=${isDeep ? 'True' : 'False'}${root === '' ? '' : `&Root=${encodeValue(root)}`}`;
  const { Files: entries, LatestCommitter: latest } = await ask(hub, `/repo/files?${query}`, options);
  // That is how it says that there is no such version.
  if (entries === null || entries === undefined) return undefined;
  if (!Array.isArray(entries) || !entries.every(isRecord)) throw malformed(hub.endpoint, 'a list of files is none');
  const { Id: id, ShortId: short } = isRecord(latest) ? latest : {};
  return { entries, head: ([id, short].find((text) => typeof text === 'string' && /^[0-9a-f]{8,40}$/.test(text)) as string | undefined) ?? '' };
}

function readFile(entry: Json, { endpoint }: Hub): readonly ListedFile[] {
  if (entry['Type'] === 'tree') return [];
  const path = parseFilePath(entry['Path']);
  const sha256 = entry['Sha256'];
  if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/i.test(sha256)) throw malformed(endpoint, `“${path}” has no usable hash`);
  const commit = entry['Revision'];
  return [
    {
      path,
      size: parseSize(entry['Size']),
      digest: parseDigest(`sha256:${sha256.toLowerCase()}`) as `sha256:${string}`,
      commit: typeof commit === 'string' && /^[0-9a-f]{40}$/.test(commit) ? commit : undefined,
    },
  ];
}

function tooMany({ endpoint, repository }: Hub): IlabError {
  return new IlabError('E_NOT_A_MODEL', `“${repository}” has more files than ${endpoint.name} lists.`, { hint: `See ${endpoint.url}/models/${repository}.` });
}
