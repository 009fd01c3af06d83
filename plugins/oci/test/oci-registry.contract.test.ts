import { attach, BUNDLE_TYPE, type Hub, packModel, referrerOf, snapshotOf, startHub } from '@ilab/hub';
import type { Digest } from '@ilab/plugin-api';
import { registryContract, silentHttp } from '@ilab/testkit';
import { afterAll, beforeAll } from 'vitest';
import { createOciRegistry } from '../src/oci-registry.ts';
import { ociReference, testContext } from './context.ts';

let hub: Hub;
const signed = packModel(snapshotOf({ 'config.json': '{}', 'model.gguf': 'GGUF' }));
const CONTENTS = ['first', 'second'];
let count = 0;
beforeAll(async () => {
  hub = await startHub({
    models: [{ repository: 'acme/model', versions: new Map([['v1', snapshotOf({ 'config.json': '{}', 'sub/model.safetensors': 'weights' })]]) }],
    artifacts: {
      'acme/signed:v1': signed,
      ...attach(
        'acme/signed',
        signed,
        CONTENTS.map((content) => referrerOf(signed, content)),
      ),
    },
  });
});
afterAll(() => hub.close());

registryContract(async () => {
  const registry = createOciRegistry(testContext());
  const reference = ociReference(hub.host, { repository: 'acme/model', version: 'v1' });
  const { revision } = await registry.resolve(reference, {});
  return {
    registry,
    reference,
    pinned: ociReference(hub.host, { repository: 'acme/model', digest: revision as Digest }),
    attached: { reference: ociReference(hub.host, { repository: 'acme/signed', version: 'v1' }), mediaType: BUNDLE_TYPE, contents: CONTENTS },
    missingVersion: ociReference(hub.host, { repository: 'acme/model', version: 'v9' }),
    missingRepository: ociReference(hub.host, { repository: 'acme/none', version: 'v1' }),
    destination: ociReference(hub.host, { repository: `acme/upload-${++count}`, version: 'v1' }),
    silent: createOciRegistry(testContext({ http: silentHttp })),
    behind: (wrap) => createOciRegistry(testContext({ http: wrap(testContext().http) })),
  };
});
