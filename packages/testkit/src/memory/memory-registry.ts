import { type Attachment, type CallOptions, type Http, IlabError, isFilePath, parseDigest, type Registry, type RemoteFile, type SnapshotId } from '@ilab/core';
import { copyRevision } from './copy-revision.ts';
import { askFor, isThere, record, type ServedRepository } from './served-repository.ts';
import { uploadFiles } from './upload-files.ts';

/**
 * A registry that can do everything a registry can, before a server that is only in memory: for tests of what uses registries, and the
 * proof that {@link registryContract} can be passed. The server is {@link createModelServer}.
 */
export function createMemoryRegistry(http: Http, source: string = 'memory'): Registry {
  const at = ({ host, repository }: { readonly host: string; readonly repository: string }): ServedRepository => ({ http, host, repository });
  return {
    source,
    capabilities: { versions: true, revision: true, history: true, copy: true, delivery: true, attachments: true, upload: { pullRequests: false } },

    async resolve(reference, options) {
      const { host, repository, digest } = reference;
      const version = reference.version ?? (digest === undefined ? 'latest' : undefined);
      const { revision, files } = record(await askFor(at(reference), { kind: 'revisions', name: digest ?? version ?? '' }, options));
      if (!Array.isArray(files) || files.length === 0)
        throw new IlabError('E_NOT_A_MODEL', `${host}/${repository} has no files.`, { hint: 'Name another version.' });
      const asked = digest === undefined ? { version: version ?? '', kind: 'tag' as const } : { kind: 'digest' as const };
      const read = files.map(readFile);
      if (new Set(read.map(({ path }) => path)).size < read.length) throw new IlabError('E_REGISTRY', 'The server lists a path twice.');
      return { source, host, repository, ...asked, revision: parseDigest(String(revision)), files: read, archives: [] };
    },

    async locate({ snapshot, blob }) {
      return { url: `https://${snapshot.host}/blobs/${encodeURIComponent(blob.id)}`, headers: {} };
    },

    async *versions(repository, options) {
      const { versions } = record(await askFor(at(repository), { kind: 'versions' }, options));
      for (const one of Array.isArray(versions) ? versions : []) {
        const { name, revision } = record(one);
        yield { name: String(name), kind: 'tag', revision: parseDigest(String(revision)) };
      }
    },

    async revision({ version, ...repository }, options) {
      const { revision } = record(await askFor(at(repository), { kind: 'names', name: version }, options));
      return parseDigest(String(revision));
    },

    holds: (id, options) => isThere(at(id), id.revision, options),
    upload: (request, options) => uploadFiles(at(request.destination), request, options),
    copy: (request, options) => copyRevision(http, request, options),
    // There is no shorter way to a file of this server.
    deliver: async () => false,
    attachments: (id, { mediaTypes, ...options }) => attachmentsOf(at(id), { id, mediaTypes }, options),
  };
}

async function* attachmentsOf(
  repository: ServedRepository,
  { id, mediaTypes }: { readonly id: SnapshotId; readonly mediaTypes: readonly string[] },
  options: CallOptions,
): AsyncIterable<Attachment> {
  const { attachments } = record(await askFor(repository, { kind: 'attachments', name: id.revision }, options));
  for (const one of Array.isArray(attachments) ? attachments : []) {
    const { name, mediaType, content } = record(one);
    if (mediaTypes.includes(String(mediaType)))
      yield { name: String(name), mediaType: String(mediaType), content: new TextEncoder().encode(String(content)), annotations: {} };
  }
}

function readFile(entry: unknown): RemoteFile {
  const { path, size, digest } = record(entry);
  if (typeof path !== 'string' || !isFilePath(path)) throw new IlabError('E_REGISTRY', 'The server lists a file of no path.');
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) throw new IlabError('E_REGISTRY', 'The server lists a file of no size.');
  const checked = parseDigest(String(digest));
  return { path, blob: { id: checked, size, digest: checked } };
}
