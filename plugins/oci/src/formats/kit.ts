import { createHash } from 'node:crypto';
import type { Manifest, PullRepository } from '@ilab/oras';
import { type CallOptions, type Digest, digestParts, type FailedLocation, type Http, type HttpResponse, IlabError } from '@ilab/plugin-api';

/** A Kitfile as JSON, which is YAML, too. */
export const KIT_CONFIG: RegExp = /^application\/vnd\.(?:kitops\.modelkit|jozu\.model)\.config\.v1\+json$/;
/** What `kit unpack` calls it. */
export const KIT_FILE = 'Kitfile';

const MODEL_LAYER = /^application\/vnd\.(?:kitops\.modelkit|jozu\.model)\.model\.v1\./;
/** In bytes. */
const LARGEST_KITFILE = 4 * 1024 * 1024;

/**
 * The kit that a ModelKit takes its model from; undefined when the model is its own. It is another revision of another repository, under a
 * name that may move, and so no part of this one.
 * @throws IlabError E_REGISTRY, E_INTEGRITY, and as `PullRepository.blob`
 */
export async function parentKit(
  { remote, http }: { readonly remote: PullRepository; readonly http: Http },
  { config, layers }: Manifest,
  options: CallOptions,
): Promise<string | undefined> {
  if (!KIT_CONFIG.test(config.mediaType) || layers.some(({ mediaType }) => MODEL_LAYER.test(mediaType))) return undefined;
  const answer = await readBlob({ remote, http }, config.digest, options);
  if (answer.status !== 200) throw new IlabError('E_REGISTRY', `${remote.host} answered ${answer.status} for the Kitfile of “${remote.repository}”.`);
  const { algorithm, hex } = digestParts(config.digest);
  if (createHash(algorithm).update(answer.body).digest('hex') !== hex) {
    throw new IlabError('E_INTEGRITY', `${remote.host} sent a Kitfile of “${remote.repository}” that is not the one it names.`, { side: 'source' });
  }
  return modelReference(answer.json());
}

/** From the first place that has it. */
async function readBlob(
  { remote, http }: { readonly remote: PullRepository; readonly http: Http },
  digest: Digest,
  options: CallOptions,
): Promise<HttpResponse> {
  for (const failed: FailedLocation[] = []; ; ) {
    const { url, headers, more } = await remote.blob(digest, { ...options, failed });
    const answer = await http.request({ url, headers, maxBytes: LARGEST_KITFILE }, options);
    if (answer.status === 200 || !more) return answer;
    failed.push({ url, code: 'E_NOT_FOUND' });
  }
}

/** A model's path is a reference where it has a tag or a digest, as `kit` tells it. */
function modelReference(kitfile: unknown): string | undefined {
  const model: unknown = field(kitfile, 'model');
  const path: unknown = field(model, 'path');
  return typeof path === 'string' && /^[\w./-]+[:@][\w.:-]+$/.test(path) ? path.slice(0, 500) : undefined;
}

function field(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Object.entries(value).find(([key]) => key === name)?.[1] : undefined;
}
