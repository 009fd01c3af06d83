import { type CallOptions, type Http, IlabError, type Registry, type RemoteReference } from '@ilab/core';
import { registryContract } from './registry-contract.ts';
import { sampleFile, sampleRevision } from './sample.ts';
import { silentHttp } from './silent-http.ts';

const REVISION = sampleRevision(1);
const model = sampleFile('model.gguf');

registryContract(async () => ({
  registry: createShelf(answeringHttp),
  reference: referenceTo('team/granite', { version: 'v1' }),
  pinned: referenceTo('team/granite', { digest: REVISION as NonNullable<RemoteReference['digest']> }),
  missingVersion: referenceTo('team/granite', { version: 'v2' }),
  missingRepository: referenceTo('team/basalt', { version: 'v1' }),
  silent: createShelf(silentHttp),
}));

const answeringHttp: Http = {
  request: async ({ url }) => ({ status: 200, headers: {}, url, body: new Uint8Array(), text: () => '', json: () => ({}) }),
  stream: silentHttp.stream,
};

function referenceTo(repository: string, more: Pick<RemoteReference, 'version' | 'digest'>): RemoteReference {
  return { kind: 'remote', input: '', adapter: 'shelf', host: 'shelf.example', repository, canonical: `shelf.example/${repository}`, ...more };
}

/** The least that keeps the contract: one repository with one version of one file. */
function createShelf(http: Http): Registry {
  const ask = async (repository: string, options: CallOptions): Promise<void> => {
    await http.request({ url: `https://shelf.example/${repository}` }, options);
    if (repository !== 'team/granite') throw new IlabError('E_NOT_FOUND', `There is no repository ${repository}.`, { hint: 'Check the name.' });
  };
  return {
    source: 'shelf',
    capabilities: { versions: true },
    async resolve({ host, repository, version, digest }, options) {
      await ask(repository, options);
      if (version !== undefined && version !== 'v1') throw new IlabError('E_NOT_FOUND', `${repository} has no version ${version}.`, { hint: 'It has v1.' });
      const files = [{ path: model.path, blob: { id: model.digest, size: model.size, digest: model.digest } }];
      const named = digest === undefined && { version: 'v1' };
      return { source: 'shelf', host, repository, revision: REVISION, ...named, kind: named ? 'tag' : 'digest', files, archives: [] };
    },
    async locate({ blob }) {
      return { url: `https://shelf.example/${blob.id}`, headers: {} };
    },
    async *versions({ repository }, options) {
      await ask(repository, options);
      yield { name: 'v1', kind: 'tag', revision: REVISION };
    },
  };
}
