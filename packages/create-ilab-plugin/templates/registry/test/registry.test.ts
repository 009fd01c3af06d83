import type { Http, Registry, RemoteReference } from '@ilab/plugin-api';
import { localHttp, registryContract, silentHttp, testContext } from '@ilab/testkit';
import { afterAll, beforeAll, expect, it } from 'vitest';
import plugin from '../src/index.ts';
import { type Server, startServer } from './server.ts';

let server: Server;
beforeAll(async () => {
  server = await startServer({ 'team/granite': { v1: { 'config.json': '{"model_type":"granite"}', 'model.gguf': 'GGUF and so on' } } });
});
afterAll(() => server.close());

function open(http: Http): Registry {
  return plugin.createRegistry('shelf', testContext({ http }));
}

/** A reference, as ilab parses it. */
function referenceTo(repository: string, named: Pick<RemoteReference, 'version' | 'digest'>): RemoteReference {
  return { kind: 'remote', input: '', adapter: 'shelf', host: server.host, repository, canonical: `${server.host}/${repository}`, ...named };
}

registryContract(async () => {
  const registry = open(localHttp);
  const { revision } = await registry.resolve(referenceTo('team/granite', { version: 'v1' }), {});
  return {
    registry,
    reference: referenceTo('team/granite', { version: 'v1' }),
    pinned: referenceTo('team/granite', { digest: revision as NonNullable<RemoteReference['digest']> }),
    missingVersion: referenceTo('team/granite', { version: 'v9' }),
    missingRepository: referenceTo('team/basalt', { version: 'v1' }),
    silent: open(silentHttp),
    behind: (wrap) => open(wrap(localHttp)),
  };
});

it('sends the credential of a host to that host', async () => {
  const headers: unknown[] = [];
  const http: Http = {
    ...localHttp,
    async request(request, options) {
      headers.push(request.headers);
      return localHttp.request(request, options);
    },
  };
  const credentials = {
    find: async (host: string) => (host === server.host ? ({ kind: 'token', token: 'mine' } as const) : undefined),
    store: async () => '',
    erase: async () => [],
  };
  const registry = plugin.createRegistry('shelf', testContext({ http, credentials }));
  await registry.resolve(referenceTo('team/granite', { version: 'v1' }), {});
  expect(headers).toEqual([{ authorization: 'Bearer mine' }]);
});
