import { type CallOptions, IlabError, type PluginContext, type Registry, type RemoteReference, type RemoteSnapshot } from '@ilab/plugin-api';
import { malformed, missingVersion } from './errors.ts';
import { encodeValue, type Hub, openHub } from './hub.ts';
import { listFiles } from './list-files.ts';
import { commitOf, contentRevision, isCommit, kindOf, listRevisions } from './revision.ts';

const DEFAULT_VERSION = 'master';

/** ModelScope, and every hub that speaks its API, for models. */
export function createModelScopeRegistry(context: PluginContext): Registry {
  return {
    source: 'modelscope',
    capabilities: { versions: true, login: { username: false } },
    resolve: (reference, options) => resolve(context, reference, options),
    async locate({ snapshot, blob }, options) {
      const hub = await openHub(context, snapshot, options);
      return { url: `${hub.api}/repo?${readPlace(blob.id)}`, headers: hub.headers };
    },
    async *versions(repository, options) {
      yield* await listRevisions(await openHub(context, repository, options), options);
    },
    async login(request, options) {
      const { login } = await import('./login.ts');
      return login(context, request, options);
    },
    async logout(host, options) {
      const { logout } = await import('./login.ts');
      return logout(context, host, options);
    },
  };
}

async function resolve(context: PluginContext, reference: RemoteReference, options: CallOptions): Promise<RemoteSnapshot> {
  const { host, repository, version = DEFAULT_VERSION } = reference;
  if (reference.digest !== undefined) throw noDigests(reference);
  const hub = await openHub(context, reference, options);
  const listing = await listFiles(hub, version, options);
  if (!listing) throw missingVersion({ ...hub, version }, await offered(hub, options));
  if (listing.files.length === 0) throw new IlabError('E_NOT_A_MODEL', `“${repository}” at ${hub.endpoint.name} has no files.`);
  const commit = commitOf(listing) ?? (isCommit(version) ? version : undefined);
  if (isCommit(version) && commit !== version) throw malformed(hub.endpoint, 'another commit came than the one asked for');
  const kind = await kindOf(hub, version, options);
  const files = listing.files.map(({ path, size, digest }) => ({ path, blob: { id: placeOf(commit ?? version, path), size, digest } }));
  return {
    source: 'modelscope',
    host,
    repository,
    revision: commit ?? contentRevision(listing),
    ...(kind !== 'commit' && { version }),
    kind,
    files,
    archives: [],
  };
}

/** Where a file is, as the query of the address that brings it. */
function placeOf(revision: string, path: string): string {
  return `Revision=${encodeValue(revision)}&FilePath=${encodeValue(path)}`;
}

/** The same, read again: nothing else gets into an address. @throws IlabError E_REGISTRY when it is none */
function readPlace(id: string): string {
  const { Revision: revision, FilePath: path } = Object.fromEntries(new URLSearchParams(id));
  if (revision && path && placeOf(revision, path) === id) return id;
  throw new IlabError('E_REGISTRY', 'A file of this model does not say where it is.', { hint: 'Download the model again.' });
}

async function offered(hub: Hub, options: CallOptions): Promise<readonly string[]> {
  return (await listRevisions(hub, options)).map(({ name }) => name);
}

function noDigests({ canonical }: RemoteReference): IlabError {
  return new IlabError('E_BAD_REFERENCE', `${canonical} names a digest, and ModelScope has commits.`, { hint: 'Name a branch, a tag or a commit.' });
}
