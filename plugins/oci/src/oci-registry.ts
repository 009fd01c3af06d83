import { checkLogin, createRemoteRegistries, createStoredCredentials, readRegistriesConf, type UploadRestart } from '@ilab/oras';
import { type AnswerCache, type PluginContext, parseDigest, type Registry } from '@ilab/plugin-api';
import { attachmentsOf } from './attachments.ts';
import { describeArtifact } from './describe-artifact.ts';
import { parentKit } from './formats/kit.ts';
import { FORMATS } from './upload/formats.ts';
import { createRemembered } from './upload/remembered.ts';

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
      const from = await remote.pulls(reference, options);
      return describeArtifact(from, reference, options, (artifact) => parentKit({ remote: from, http }, artifact, options));
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
      const from = await remote.pulls(request.source, options);
      const digest = parseDigest(request.source.revision);
      const source = await from.placeOf(digest, options);
      const target = await remote.repository(request.destination, options);
      return copyArtifact({ source, places: from.places(digest), target }, request, options);
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

function startsAgain(host: string, digest: string): string {
  return `${host} has nothing any more of what was sent of ${digest.slice(0, 19)}…, and gets it from the beginning.`;
}
