import { checkLogin, createRemoteRegistries, createStoredCredentials, type PullRepository, readRegistriesConf, type UploadRestart } from '@ilab/oras';
import {
  type AnswerCache,
  type CallOptions,
  type Http,
  type PluginContext,
  parseDigest,
  type Registry,
  type RemoteReference,
  type RemoteSnapshot,
} from '@ilab/plugin-api';
import { attachmentsOf } from './attachments.ts';
import { findArtifact } from './find-artifact.ts';
import { KIT_FILE, parentKit } from './formats/kit.ts';
import { readLayers } from './formats/read-layers.ts';
import { notAModel } from './not-a-model.ts';
import { FORMATS } from './upload/formats.ts';
import { createRemembered } from './upload/remembered.ts';

const DEFAULT_VERSION = 'latest';

/** OCI registries: models as artifacts whose layers are named files, or as images with files under `/models` (ModelCar). */
export function createOciRegistry(context: PluginContext): Registry {
  const { http, env, home, logger, registries, answers } = context;
  const credentials = context.credentials ?? createStoredCredentials({ env, home, logger });
  // Where an upload got to is worth a place, also on a machine that has no models.
  const wanted: AnswerCache | undefined = answers && { get: answers.get, put: (key, answer) => answers.put(key, answer, { wanted: true }) };
  const uploads = {
    ...(wanted && { sessions: createRemembered(wanted, 'oci-uploads-1') }),
    onRestart: ({ host, digest }: UploadRestart) => logger.warn(startsAgain(host, digest)),
  };
  const configuration = () => readRegistriesConf({ env, home });
  const remote = createRemoteRegistries({ http, registries, credentials, logger, uploads, configuration });
  return {
    source: 'oci',
    capabilities: {
      versions: true,
      revision: true,
      login: { username: true },
      attachments: true,
      copy: true,
      upload: { pullRequests: false, formats: FORMATS, implicitRepositories: true },
    },
    async resolve(reference, options) {
      return resolve({ remote: await remote.pulls(reference, options), http }, reference, options);
    },
    async locate({ snapshot, blob }, options) {
      const repository = await remote.pulls(snapshot, options);
      return repository.blob(parseDigest(blob.id), options);
    },
    async upload(request, options) {
      const { upload } = await import('./upload/upload.ts');
      const { destination, origin = destination } = request;
      const target = await remote.repository(destination, options);
      return upload({ target, origin: () => remote.repository(origin, options), answers }, request, options);
    },
    async copy(request, options) {
      const { copyArtifact } = await import('./copy/copy-artifact.ts');
      const source = await (await remote.pulls(request.source, options)).placeOf(parseDigest(request.source.revision), options);
      const target = await remote.repository(request.destination, options);
      return copyArtifact({ source, target }, request, options);
    },
    async login({ host, username = '', secret }, options) {
      const login = { username, password: secret };
      await checkLogin({ http, registries: await remote.hosts() }, { host, ...login }, options);
      return { user: username, place: await credentials.store(host, login, options), notices: [] };
    },
    async logout(host, options) {
      return { places: await credentials.erase(host, options), notices: [] };
    },
    async *attachments(id, options) {
      yield* attachmentsOf(await remote.pulls(id, options), parseDigest(id.revision), options);
    },
    async revision({ version, ...id }, options) {
      const repository = await remote.pulls(id, options);
      return (await repository.resolve(version, options)).digest;
    },
    async *versions(id, options) {
      const repository = await remote.pulls(id, options);
      for await (const name of repository.tags(options)) yield { name, kind: 'tag' };
    },
  };
}

async function resolve(
  from: { readonly remote: PullRepository; readonly http: Http },
  { host, repository, digest, version, canonical }: RemoteReference,
  options: CallOptions,
): Promise<RemoteSnapshot> {
  const { remote } = from;
  const name = version ?? (digest === undefined ? DEFAULT_VERSION : undefined);
  const named = await remote.manifest(digest ?? name ?? DEFAULT_VERSION, options);
  const artifact = await findArtifact(remote, { named, canonical }, options);
  const { files, archives, notices } = readLayers(artifact);
  const parent = await parentKit(from, artifact, options);
  if (files.every(({ path }) => path === KIT_FILE) && archives.length === 0) throw notAModel(canonical, parent && takesItsModel(parent));
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
    notices: parent === undefined ? notices : [...notices, takesItsModel(parent)],
  };
}

function startsAgain(host: string, digest: string): string {
  return `${host} has nothing any more of what was sent of ${digest.slice(0, 19)}…, and gets it from the beginning.`;
}

function takesItsModel(parent: string): string {
  return `This kit takes its model from another, which is downloaded by its own name: ilab model download oci://${parent}`;
}
