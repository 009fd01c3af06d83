import { type CallOptions, IlabError } from '@ilab/plugin-api';
import type { HubRepository } from '../hub-client.ts';
import { isRecord, malformed } from '../shape.ts';
import { type Action, readAction } from './lfs-action.ts';
import { uploadError } from './upload-errors.ts';

/** Content that is kept under its sha256. */
export interface LfsObject {
  /** Hex. */
  readonly oid: string;
  /** In bytes. */
  readonly size: number;
}

/** What is to be done for an object that is not there yet. */
export interface LfsUpload {
  readonly upload: Action;
  /** Where it is to go in pieces: their addresses, in order, and how large they are. */
  readonly parts?: { readonly size: number; readonly urls: readonly string[] };
  readonly verify?: Action;
}

const TYPE = 'application/vnd.git-lfs+json';

/**
 * Asks where to send objects (Git LFS, “Batch API”, with the Hub's multipart transfer).
 * @returns by object; those that are there already are not in it
 * @throws IlabError as `Registry.upload`
 */
export async function askBatch(
  hub: HubRepository,
  { branch, objects }: { readonly branch: string; readonly objects: readonly LfsObject[] },
  options: CallOptions,
): Promise<ReadonlyMap<string, LfsUpload>> {
  const body = { operation: 'upload', transfers: ['basic', 'multipart'], hash_algo: 'sha256', ref: { name: branch }, objects };
  const headers = { accept: TYPE, 'content-type': TYPE, ...hub.headers };
  const url = `${hub.page}.git/info/lfs/objects/batch`;
  const answer = await hub.http.request({ url, method: 'POST', headers, body: JSON.stringify(body) }, options);
  if (answer.status !== 200) throw uploadError(answer, { ...hub, version: branch });
  const value = answer.json();
  if (!isRecord(value) || !Array.isArray(value['objects'])) throw malformed('where to send bytes is no list');
  const { transfer = 'basic' } = value;
  if (transfer !== 'basic' && transfer !== 'multipart') {
    throw new IlabError('E_REGISTRY', `${hub.endpoint.name} takes bytes by “${String(transfer).slice(0, 40)}” only, which ilab does not speak.`);
  }
  const uploads = new Map<string, LfsUpload>();
  const byOid = new Map(value['objects'].flatMap((entry: unknown) => (isRecord(entry) ? [[entry['oid'], entry] as const] : [])));
  for (const object of objects) {
    const upload = readObject(byOid.get(object.oid), { object, hub });
    if (upload) uploads.set(object.oid, upload);
  }
  return uploads;
}

function readObject(
  entry: Readonly<Record<string, unknown>> | undefined,
  { object, hub }: { readonly object: LfsObject; readonly hub: HubRepository },
): LfsUpload | undefined {
  if (!entry) throw malformed('it leaves out where to send an object');
  const { error, actions } = entry;
  if (isRecord(error)) {
    const said = typeof error['message'] === 'string' ? error['message'].slice(0, 300) : String(error['code']);
    throw new IlabError('E_REGISTRY', `${hub.endpoint.name} does not take an object of ${object.size} bytes: ${said}`, { details: { oid: object.oid } });
  }
  if (!isRecord(actions) || actions['upload'] === undefined) return undefined;
  const upload = readAction(actions['upload'], hub);
  const parts = readParts(actions['upload'], { object, hub });
  return { upload, ...(parts && { parts }), ...(actions['verify'] !== undefined && { verify: readAction(actions['verify'], hub) }) };
}

/** The Hub says in headers, of which none is sent, where the pieces go: `chunk_size`, `1`, `2`, … */
function readParts(value: unknown, { object, hub }: { readonly object: LfsObject; readonly hub: HubRepository }): LfsUpload['parts'] {
  const header = isRecord(value) && isRecord(value['header']) ? value['header'] : {};
  if (header['chunk_size'] === undefined) return undefined;
  const size = Number(header['chunk_size']);
  const urls = Object.entries(header)
    .filter(([name]) => /^\d{1,6}$/.test(name))
    .sort(([a], [b]) => Number(a) - Number(b))
    .map(([, href]) => readAction({ href }, hub).url);
  if (!Number.isSafeInteger(size) || size < 1 || urls.length !== Math.ceil(object.size / size)) throw malformed('the pieces of an object are not all of it');
  return { size, urls };
}
