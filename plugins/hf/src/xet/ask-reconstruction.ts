import { type CallOptions, type Http, type HttpResponse, IlabError } from '@ilab/plugin-api';
import type { CasAccess } from './cas-tokens.ts';
import { leadTo } from './lead-to.ts';
import { readReconstruction, type Reconstruction } from './reconstruction.ts';

export interface AskReconstruction {
  readonly http: Http;
  readonly access: CasAccess;
  /** The file’s hash, as hashes are written. */
  readonly xetHash: string;
  /** In bytes. */
  readonly size: number;
}

/** Some hundred bytes a term: as much as a file of 100 GB takes that shares much with others. */
const MAX_BYTES = 64 * 1024 * 1024;

/**
 * Asks the storage what a file is made of: the second version of its API, and the first one where there is no second.
 * @throws IlabError E_NOT_FOUND, E_REGISTRY, E_NETWORK, E_RATE_LIMITED, E_FORBIDDEN
 */
export async function askReconstruction({ http, access, xetHash, size }: AskReconstruction, options: CallOptions): Promise<Reconstruction> {
  const get = (version: string): Promise<HttpResponse> =>
    http.request({ url: `${access.url}/${version}/reconstructions/${xetHash}`, headers: access.headers, maxBytes: MAX_BYTES }, options);
  const second = await get('v2');
  const answer = second.status === 404 || second.status === 501 ? await get('v1') : second;
  if (answer.status !== 200) throw refused(answer);
  const found = readReconstruction(answer.json(), size);
  for (const { url } of found.ranges) leadTo(url, access.url);
  return found;
}

function refused({ status, url }: HttpResponse): IlabError {
  const code = status === 404 ? 'E_NOT_FOUND' : 'E_REGISTRY';
  return new IlabError(code, `${new URL(url).host} does not say what the file is made of (${status}).`, { details: { status } });
}
