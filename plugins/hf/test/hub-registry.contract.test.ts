import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import type { RemoteReference } from '@ilab/plugin-api';
import { registryContract, silentHttp } from '@ilab/testkit';
import { createHttp } from '@ilab/transfer';
import { afterAll, beforeAll } from 'vitest';
import { createHubRegistry } from '../src/hub-registry.ts';
import { testContext } from '@ilab/testkit';

let hub: Hub;
const http = createHttp({ userAgent: 'test', env: {} });
beforeAll(async () => {
  const files = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`part ${index}#.json`, `${index}`]));
  hub = await startHub({
    models: [{ repository: 'acme/model', versions: new Map([['v1', snapshotOf({ 'config.json': '{}', 'sub/model.safetensors': 'weights', ...files })]]) }],
    pageSize: 10,
  });
});
afterAll(() => hub.close());

function reference(repository: string, version: string): RemoteReference {
  return { kind: 'remote', input: '', adapter: 'hf', host: 'huggingface.co', repository, version, canonical: `huggingface.co/${repository}:${version}` };
}

let made = 0;

registryContract(async () => {
  const env = { HF_ENDPOINT: hub.url, HF_TOKEN: 'any' };
  const registry = createHubRegistry(testContext({ http, env }));
  const { revision } = await registry.resolve(reference('acme/model', 'v1'), {});
  return {
    registry,
    reference: reference('acme/model', 'v1'),
    pinned: reference('acme/model', revision),
    missingVersion: reference('acme/model', 'v9'),
    missingRepository: reference('acme/none', 'main'),
    destination: reference(`acme/new-${++made}`, 'main'),
    silent: createHubRegistry(testContext({ http: silentHttp, env })),
    behind: (wrap) => createHubRegistry(testContext({ http: wrap(http), env })),
  };
});
