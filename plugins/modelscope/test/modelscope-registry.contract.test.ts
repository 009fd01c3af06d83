import type { ModelScope } from '@ilab/hub';
import { registryContract, silentHttp } from '@ilab/testkit';
import { afterAll, beforeAll } from 'vitest';
import { createModelScopeRegistry } from '../src/modelscope-registry.ts';
import { http, reference, SECRET, startScene, testContext } from './scene.ts';

let hub: ModelScope;
beforeAll(async () => {
  hub = await startScene({ private: ['acme/model'] });
});
afterAll(() => hub.close());

registryContract(async () => {
  const env = { MODELSCOPE_ENDPOINT: hub.url, MODELSCOPE_API_TOKEN: SECRET };
  const registry = createModelScopeRegistry(testContext({ env }));
  const { revision } = await registry.resolve(reference('acme/model', 'v1'), {});
  return {
    registry,
    reference: reference('acme/model', 'v1'),
    pinned: reference('acme/model', revision),
    missingVersion: reference('acme/model', 'v9'),
    missingRepository: reference('acme/none', 'v1'),
    silent: createModelScopeRegistry(testContext({ http: silentHttp, env })),
    behind: (wrap) => createModelScopeRegistry(testContext({ http: wrap(http), env })),
  };
});
