import { type CallOptions, IlabError, type PluginContext, type Registry, type RemoteReference, type RemoteSnapshot } from '@ilab/plugin-api';
import { checkAccess, fileUrl } from './access.ts';
import { holdsCommit } from './history.ts';
import { type HubRepository, openRepository } from './hub-client.ts';
import { listRefs } from './refs.ts';
import { kindOf, type Revision, readRevision } from './revision.ts';
import { isCommit, malformed } from './shape.ts';
import { listTree } from './tree.ts';
import { createCasTokens } from './xet/cas-tokens.ts';
import { createXetThreads } from './xet/xet-threads.ts';

const DEFAULT_VERSION = 'main';

/** Hugging Face and every Hub that speaks its API, for models; data sets and spaces are other kinds of repository. */
export function createHubRegistry(context: PluginContext): Registry {
  const tokens = createCasTokens();
  const threads = createXetThreads();
  return {
    source: 'hf',
    capabilities: { versions: true, revision: true, history: true, delivery: true, upload: { pullRequests: true }, login: { username: false } },
    resolve: (reference, options) => resolve(context, reference, options),
    async locate({ snapshot, blob }, options) {
      const hub = await openRepository(context, snapshot, options);
      if (!isCommit(snapshot.revision)) throw malformed('a snapshot has no commit');
      return { url: fileUrl(hub, snapshot.revision, blob.id), headers: hub.headers };
    },
    async holds({ revision, ...repository }, options) {
      return holdsCommit(await openRepository(context, repository, options), revision, options);
    },
    async upload(request, options) {
      const { upload } = await import('./upload/upload.ts');
      return upload(await openRepository(context, request.destination, { ...options, write: true }), request, options);
    },
    async login(request, options) {
      const { login } = await import('./login/login.ts');
      return login(context, request, options);
    },
    async logout(host, options) {
      const { logout } = await import('./login/login.ts');
      return logout(context, host, options);
    },
    async deliver(request, options) {
      // Most downloads have no older version to go by.
      const { deliverXet } = await import('./xet/deliver-xet.ts');
      return deliverXet({ context, tokens, threads }, request, options);
    },
    async revision({ version, ...repository }, options) {
      return (await readRevision(await openRepository(context, repository, options), version, options)).commit;
    },
    async *versions(repository, options) {
      yield* await listRefs(await openRepository(context, repository, options), options);
    },
  };
}

async function resolve(context: PluginContext, reference: RemoteReference, options: CallOptions): Promise<RemoteSnapshot> {
  const { host, repository, version = DEFAULT_VERSION } = reference;
  if (reference.digest !== undefined) throw noDigests(reference);
  const hub = await openRepository(context, reference, options);
  const revision = await readRevision(hub, version, options);
  const { commit } = revision;
  const [files, kind] = await Promise.all([listTree(hub, commit, options), kindOf(hub, { version, commit }, options)]);
  if (files.length === 0) throw new IlabError('E_NOT_A_MODEL', `“${repository}” at ${hub.endpoint.name} has no files.`);
  if (revision.gated) await checkAccess(hub, { commit, files }, options);
  return {
    source: 'hf',
    host,
    repository,
    revision: commit,
    ...(kind !== 'commit' && { version }),
    kind,
    files,
    archives: [],
    notices: renameNotices(hub, revision),
  };
}

function renameNotices({ repository }: HubRepository, { renamedTo }: Revision): readonly string[] {
  if (renamedTo === undefined) return [];
  const [before, after] = [repository, renamedTo].map((name) => name.slice(0, name.indexOf('/') + 1));
  const owner = before === after ? '' : ' It belongs to another owner now: make sure that you trust them.';
  return [`“${repository}” is called “${renamedTo}” now.${owner}`];
}

function noDigests({ canonical }: RemoteReference): IlabError {
  return new IlabError('E_BAD_REFERENCE', `“${canonical}” names a digest, and the revisions of a Hub are commits.`, {
    hint: 'Name the commit as the version: huggingface.co/org/name:<40 hex digits>.',
  });
}
