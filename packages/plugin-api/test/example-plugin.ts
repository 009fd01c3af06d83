import { definePlugin, IlabError, parseDigest, parseFilePath, parseSize, type Registry, type RemoteFile } from '@ilab/plugin-api';

export default definePlugin({
  createRegistry: (source, { http }): Registry => ({
    source,
    capabilities: { versions: false },

    async resolve({ host, repository, version = 'latest', canonical }, options) {
      const answer = await http.request({ url: `https://${host}/${repository}/${version}.json` }, options);
      if (answer.status === 404) throw new IlabError('E_NOT_FOUND', `${canonical} is not on this shelf.`, { hint: 'Check name and version.' });
      if (answer.status !== 200) throw new IlabError('E_REGISTRY', `${host} answered ${answer.status}.`, { retryable: answer.status >= 500 });
      const { revision, files } = record(answer.json());
      if (!Array.isArray(files) || files.length === 0) throw new IlabError('E_NOT_A_MODEL', `${canonical} has no files.`);
      return { source, host, repository, version, kind: 'tag', revision: parseDigest(String(revision)), files: files.map(readFile), archives: [] };
    },

    async locate({ snapshot, blob }) {
      return { url: `https://${snapshot.host}/${snapshot.repository}/blobs/${blob.id}`, headers: {} };
    },
  }),
});

/** What comes from a server is somebody else's text: everything is checked before it is used. */
function readFile(entry: unknown): RemoteFile {
  const { path, size, digest } = record(entry);
  const checked = parseDigest(String(digest));
  return { path: parseFilePath(path), blob: { id: checked, size: parseSize(size), digest: checked } };
}

function record(value: unknown): { readonly [key: string]: unknown } {
  if (typeof value === 'object' && value !== null) return { ...value };
  throw new IlabError('E_REGISTRY', 'The shelf answered with something else than a list of files.');
}
