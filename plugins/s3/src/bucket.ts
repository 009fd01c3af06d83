import type { CallOptions, Http, HttpResponse, PluginContext, RepositoryId } from '@ilab/plugin-api';
import { findAsker } from './credentials/find-keys.ts';
import type { Keys } from './credentials/keys.ts';
import { encodeKey } from './encode.ts';
import { type Endpoint, endpointOf, isRegion, regionOf } from './endpoint.ts';
import { type Asked, codeOf } from './errors.ts';
import { sign } from './sign.ts';
import { readXml } from './xml.ts';

/** How a host has its buckets: as the first part of every path, or in the host's own name. */
export type Style = 'path' | 'host';

/** What a registry learns of hosts, and need not ask again. */
export interface Learned {
  readonly styles: Map<string, Style>;
  /** By host and bucket. */
  readonly regions: Map<string, string>;
}

/** A folder of a bucket, as this user may see it. */
export interface Bucket extends Asked {
  readonly http: Http;
  readonly endpoint: Endpoint;
  readonly style: Style;
  /** What paths begin with: the bucket and a slash, or nothing. */
  readonly base: string;
  /** What keys of the repository begin with, with a slash at the end; or nothing. */
  readonly prefix: string;
  /** Where it is, as far as one knows. */
  region(): string;
  /** @returns whether that is news */
  learn(region: string | undefined): boolean;
}

export interface Question {
  readonly method?: 'GET' | 'HEAD';
  readonly key?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

type Surroundings = Pick<PluginContext, 'http' | 'env' | 'home' | 'registries' | 'credentials'> & { readonly learned: Learned };

/** No page of a list, of a thousand keys, is as large as this. */
const MOST_BYTES = 8 * 1024 * 1024;

/**
 * Works out where a repository is and who asks. A host that is not Amazon's is asked once how it has its buckets.
 * @throws IlabError E_BAD_REFERENCE, E_UNAUTHORIZED (keys that can't be used), E_NETWORK
 */
export async function openBucket(surroundings: Surroundings, { host, repository }: Omit<RepositoryId, 'source'>, options: CallOptions): Promise<Bucket> {
  const { learned } = surroundings;
  const endpoint = endpointOf(host, surroundings);
  const asker = await findAsker(endpoint, surroundings, options);
  const open = (style: Style): Bucket => bucketOf({ ...surroundings, ...asker, endpoint, style, repository });
  const known = endpoint.isAmazon ? (endpoint.bucket === undefined ? 'path' : 'host') : learned.styles.get(host);
  if (known) return open(known);
  const style = await askStyle(open('path'), options);
  learned.styles.set(host, style);
  return open(style);
}

/** The same without asking anything. */
export async function reopenBucket(
  surroundings: Surroundings,
  { host, repository, style, region }: Omit<RepositoryId, 'source'> & { readonly style: Style; readonly region: string },
  options: CallOptions,
): Promise<Bucket> {
  const endpoint = endpointOf(host, surroundings);
  return bucketOf({ ...surroundings, ...(await findAsker(endpoint, surroundings, options)), region, endpoint, style, repository });
}

type Opening = Surroundings & {
  readonly keys?: Keys | undefined;
  readonly region?: string;
  readonly endpoint: Endpoint;
  readonly style: Style;
  readonly repository: string;
};

function bucketOf({ http, learned, keys, region, endpoint, style, repository }: Opening): Bucket {
  const slash = style === 'host' ? -1 : `${repository}/`.indexOf('/');
  const name = repository.slice(0, Math.max(0, slash));
  const folder = repository.slice(slash + 1);
  const place = `${endpoint.host}/${name}`;
  const current = (): string => learned.regions.get(place) ?? regionOf(endpoint, region);
  return {
    http,
    endpoint,
    host: endpoint.host,
    repository,
    style,
    keys,
    base: name === '' ? '' : `${name}/`,
    prefix: folder === '' ? '' : `${folder}/`,
    region: current,
    learn(told) {
      if (!isRegion(told) || told === current()) return false;
      learned.regions.set(place, told);
      return true;
    },
  };
}

/** Whoever has buckets in its own name takes the path of a list for an object that it does not have. */
async function askStyle(bucket: Bucket, options: CallOptions): Promise<Style> {
  const answer = await ask(bucket, { query: { 'list-type': '2', 'max-keys': '1' } }, options);
  const isObject = answer.status === 200 ? readXml(answer.text())?.name !== 'ListBucketResult' : codeOf(answer) === 'NoSuchKey';
  return isObject ? 'host' : 'path';
}

/** The address and headers of a question, signed. */
export async function locateIn(
  bucket: Bucket,
  { method = 'GET', key = '', query = {}, headers = {} }: Question,
): Promise<{ readonly url: string; readonly headers: Readonly<Record<string, string>> }> {
  const region = bucket.region();
  const pairs = Object.entries(query).map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`);
  const url = `${bucket.endpoint.origin(region)}/${encodeKey(`${bucket.base}${key}`)}${pairs.length > 0 ? `?${pairs.join('&')}` : ''}`;
  return { url, headers: await sign({ method, url, headers, region }, bucket.keys) };
}

/** Asks a bucket, and where that says it is in another region once more there. Any answer comes back. */
export async function ask(bucket: Bucket, question: Question, options: CallOptions): Promise<HttpResponse> {
  const { method = 'GET' } = question;
  for (let isFirst = true; ; isFirst = false) {
    const request = await locateIn(bucket, question);
    const answer = await bucket.http.request({ ...request, method, redirect: 'manual', maxBytes: MOST_BYTES }, options);
    const isElsewhere = answer.status === 301 || answer.status === 307 || answer.status === 400 || answer.status === 403;
    if (!isElsewhere || !isFirst || !bucket.learn(regionIn(answer))) return answer;
  }
}

/** Which region a refusal says that the bucket is in. */
function regionIn(answer: HttpResponse): string | undefined {
  const told = answer.headers['x-amz-bucket-region'];
  if (told !== undefined || answer.body.length === 0) return told;
  return readXml(answer.text())?.first('Region');
}
