import { type CallOptions, type HttpResponse, IlabError, isLoopback, type PluginContext, type Registry, type RepositoryId } from '@ilab/plugin-api';
import { readRevision, readVersions } from './read-answers.ts';

/**
 * Speaks with servers that have models as plain files:
 *
 *     GET /team/granite/versions.json     ["v1", "latest"]
 *     GET /team/granite/v1.json           {"revision": "sha256:…", "files": [{"path": …, "size": …, "digest": "sha256:…"}]}
 *     GET /team/granite/blobs/sha256:…    the bytes
 */
export function createShelfRegistry(source: string, { http, registries, credentials }: PluginContext): Registry {
  const baseOf = ({ host, repository }: Place): string => {
    const isPlain = registries[host]?.insecure ?? isLoopback(new URL(`http://${host}`).hostname);
    return `${isPlain ? 'http' : 'https'}://${host}/${repository}`;
  };

  const headersOf = async ({ host }: Place, options: CallOptions): Promise<Readonly<Record<string, string>>> => {
    const credential = await credentials?.find(host, options);
    if (!credential) return {};
    const { kind } = credential;
    return { authorization: kind === 'basic' ? `Basic ${btoa(`${credential.username}:${credential.password}`)}` : `Bearer ${credential.token}` };
  };

  const ask = async (place: Place, name: string, options: CallOptions): Promise<HttpResponse> =>
    http.request({ url: `${baseOf(place)}/${encodeURIComponent(name)}.json`, headers: await headersOf(place, options) }, options);

  const versionNames = async (place: Place, options: CallOptions): Promise<readonly string[]> => {
    const answer = await ask(place, 'versions', options);
    if (answer.status !== 200) throw refusal(answer, place);
    return readVersions(answer.json());
  };

  return {
    source,
    capabilities: { versions: true },

    async resolve({ host, repository, version, digest }, options) {
      const name = digest ?? version ?? 'latest';
      const place = { host, repository };
      const answer = await ask(place, name, options);
      if (answer.status === 404) {
        const others = await versionNames(place, options);
        throw new IlabError('E_NOT_FOUND', `${host}/${repository} has no version ${name}.`, { hint: `It has: ${others.join(', ')}` });
      }
      if (answer.status !== 200) throw refusal(answer, place);
      const { revision, files } = readRevision(answer.json());
      if (files.length === 0) throw new IlabError('E_NOT_A_MODEL', `${host}/${repository} has no files in version ${name}.`);
      const named = digest === undefined ? ({ version: name, kind: 'tag' } as const) : ({ kind: 'digest' } as const);
      return { source, host, repository, ...named, revision, files, archives: [] };
    },

    async locate({ snapshot, blob }, options) {
      return { url: `${baseOf(snapshot)}/blobs/${encodeURIComponent(blob.id)}`, headers: await headersOf(snapshot, options) };
    },

    async *versions(repository, options) {
      for (const name of await versionNames(repository, options)) yield { name, kind: 'tag' };
    },
  };
}

type Place = Pick<RepositoryId, 'host' | 'repository'>;

/** What a status means that brings nothing: one code, what happened to what, and what to do. */
function refusal({ status }: HttpResponse, { host, repository }: Place): IlabError {
  if (status === 404) return new IlabError('E_NOT_FOUND', `There is no model ${host}/${repository}.`, { hint: 'Check the spelling.' });
  if (status === 401) return new IlabError('E_UNAUTHORIZED', `${host} asks who wants ${repository}.`, { hint: `Store a credential: ilab login ${host}` });
  if (status === 403) return new IlabError('E_FORBIDDEN', `${host} does not give ${repository} to you.`, { hint: 'Ask its owner.' });
  return new IlabError('E_REGISTRY', `${host} answered ${status}.`, { retryable: status >= 500 });
}
