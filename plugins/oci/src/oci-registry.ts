import { checkLogin, createRemoteRegistries, createStoredCredentials, type FetchedManifest, type Manifest, type RemoteRepository } from '@ilab/oras';
import { type CallOptions, IlabError, type PluginContext, parseDigest, type Registry, type RemoteReference, type RemoteSnapshot } from '@ilab/plugin-api';
import { chooseManifest } from './choose-manifest.ts';
import { readLayers } from './layers.ts';

const DEFAULT_VERSION = 'latest';

/** OCI registries: models as artifacts whose layers are named files, or as images with files under `/models` (ModelCar). */
export function createOciRegistry(context: PluginContext): Registry {
  const { http, env, home, logger, registries } = context;
  const credentials = context.credentials ?? createStoredCredentials({ env, home, logger });
  const remote = createRemoteRegistries({ http, registries, credentials });
  return {
    source: 'oci',
    capabilities: { versions: true, login: { username: true } },
    async resolve(reference, options) {
      return resolve(await remote.repository(reference, options), reference, options);
    },
    async locate({ snapshot, blob }, options) {
      const repository = await remote.repository(snapshot, options);
      return repository.blob(parseDigest(blob.id), options);
    },
    async login({ host, username = '', secret }, options) {
      const login = { username, password: secret };
      await checkLogin({ http, registries }, { host, ...login }, options);
      return { user: username, place: await credentials.store(host, login, options), notices: [] };
    },
    async logout(host, options) {
      return { places: await credentials.erase(host, options), notices: [] };
    },
    async *versions(id, options) {
      const repository = await remote.repository(id, options);
      for await (const name of repository.tags(options)) yield { name, kind: 'tag' };
    },
  };
}

async function resolve(
  remote: RemoteRepository,
  { host, repository, digest, version, canonical }: RemoteReference,
  options: CallOptions,
): Promise<RemoteSnapshot> {
  const name = version ?? (digest === undefined ? DEFAULT_VERSION : undefined);
  const named = await remote.manifest(digest ?? name ?? DEFAULT_VERSION, options);
  const { files, archives, notices } = readLayers(await artifactOf(remote, { named, canonical }, options));
  if (files.length + archives.length === 0) throw notAModel(canonical);
  return {
    source: 'oci',
    host,
    repository,
    revision: named.digest,
    ...(name !== undefined && { version: name }),
    kind: name === undefined ? 'digest' : 'tag',
    files,
    archives,
    manifest: { digest: named.digest, mediaType: named.manifest.mediaType, content: named.content },
    notices,
  };
}

/** The artifact itself, through an index where the name points to one. */
async function artifactOf(
  remote: RemoteRepository,
  { named, canonical }: { readonly named: FetchedManifest; readonly canonical: string },
  options: CallOptions,
): Promise<Manifest> {
  if (named.manifest.kind === 'manifest') return named.manifest;
  const chosen = chooseManifest(named.manifest);
  if (!chosen) throw notAModel(canonical);
  const { manifest, size } = await remote.manifest(chosen.digest, options);
  if (size !== chosen.size) throw new IlabError('E_INTEGRITY', `${canonical} lists a manifest of ${chosen.size} bytes that has ${size}.`, { side: 'source' });
  if (manifest.kind === 'manifest') return manifest;
  throw new IlabError('E_REGISTRY', `${canonical} is an index of indexes, which no tool writes for a model.`, {
    hint: 'Name the digest of the manifest itself.',
  });
}

function notAModel(canonical: string): IlabError {
  return new IlabError('E_NOT_A_MODEL', `${canonical} names no files: it is no model.`, {
    hint: 'A model is an artifact whose layers are named files, or an image with its files under /models (ModelCar).',
  });
}
