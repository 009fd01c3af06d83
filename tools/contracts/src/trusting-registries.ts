import {
  type CallOptions,
  type Digest,
  type Http,
  IlabError,
  isDigest,
  isFilePath,
  type Registry,
  type RemoteFile,
  type RemoteReference,
  type RemoteSnapshot,
} from '@ilab/core';
import { collect } from '@ilab/testkit';
import { type BrokenRegistry, broken } from './registries.ts';

/** What a registry believes without looking. */
type Trust = 'paths' | 'hashes' | 'sizes' | 'shapes' | 'statuses' | 'lengths' | 'addresses';

/** Registries that do all as they should as long as their server does. */
export const TRUSTING_REGISTRIES: readonly BrokenRegistry[] = [
  trusting('believes paths', 'takes no file at "../../x"', 'paths'),
  trusting('believes hashes', 'takes no hash that is "abc"', 'hashes'),
  trusting('believes sizes', 'takes no size that is -1', 'sizes'),
  trusting('falls over what is no answer', 'takes null for no answer', 'shapes'),
  trusting('takes every failure for a missing model', 'says what 500 means', 'statuses'),
  trusting('reads answers whatever their length', 'takes no more of an answer without an end', 'lengths'),
  trusting('sends its token wherever it is led', 'takes no credential to a host that its server names', 'addresses'),
];

function trusting(what: string, caughtBy: string, trust: Trust): BrokenRegistry {
  return broken(what, caughtBy, (registry, http) => ({ resolve: (reference, options) => resolve({ registry, http, trust }, reference, options) }));
}

type Listing = { readonly revision: string; readonly files: readonly { readonly path: string; readonly size: number; readonly digest: Digest }[] };

type Trusting = { readonly registry: Registry; readonly http: Http; readonly trust: Trust };

async function resolve({ registry, http, trust }: Trusting, reference: RemoteReference, options: CallOptions): Promise<RemoteSnapshot> {
  const { host, repository, version, digest } = reference;
  const url = `https://${host}/models/${encodeURIComponent(repository)}/revisions/${encodeURIComponent(digest ?? version ?? '')}`;
  if (trust === 'lengths') await collect((await http.stream({ url }, options)).body);
  const { status, headers, text } = await http.request({ url }, options);
  const next = /<([^>]+)>; rel="next"/.exec(headers['link'] ?? '')?.[1];
  if (trust === 'addresses' && next !== undefined) await http.request({ url: next, headers: { authorization: 'Bearer secret' } }, options);
  if (trust === 'statuses' && status !== 200) throw new IlabError('E_NOT_FOUND', `${host}/${repository} has no version ${version}.`, { hint: 'Look again.' });
  // What the server does not give is told as by the sound one.
  if (status !== 200) return registry.resolve(reference, options);
  const { revision, files } = trust === 'shapes' ? (JSON.parse(text()) as Listing) : checkedListing(text());
  const named = digest === undefined ? { version: version ?? '', kind: 'tag' as const } : { kind: 'digest' as const };
  return { source: registry.source, host, repository, ...named, revision, files: files.map((file) => readFile(file, trust)), archives: [] };
}

function checkedListing(text: string): Listing {
  try {
    const { revision, files } = JSON.parse(text) as Partial<Listing>;
    if (revision !== undefined && isDigest(revision) && Array.isArray(files) && files.every((file) => typeof file === 'object' && file !== null))
      return { revision, files };
  } catch {
    // Said below.
  }
  throw new IlabError('E_REGISTRY', 'The server answered with something else than a list of files.');
}

function readFile({ path, size, digest }: Listing['files'][number], trust: Trust): RemoteFile {
  if (trust !== 'paths' && !(typeof path === 'string' && isFilePath(path))) throw new IlabError('E_REGISTRY', 'A path is wrong.');
  if (trust !== 'sizes' && !(Number.isSafeInteger(size) && size >= 0)) throw new IlabError('E_REGISTRY', 'A size is wrong.');
  if (trust !== 'hashes' && !isDigest(digest)) throw new IlabError('E_REGISTRY', 'A hash is wrong.');
  return { path, blob: { id: digest, size, digest } };
}
