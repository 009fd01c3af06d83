import { registryContract, silentHttp } from '@ilab/testkit';
import { createS3Registry } from '../src/s3-registry.ts';
import { s3Reference, testContext } from './context.ts';
import { fakeBucket } from './fake-s3.ts';

const HOST = 's3.amazonaws.com';

// Before a real server: tools/e2e/test/s3-contract.e2e.test.ts.
const bucket = fakeBucket(['granite/v1/config.json', 'granite/v1/sub dir/model #1.safetensors', 'granite/v2/config.json']);

registryContract(async () => ({
  registry: createS3Registry(testContext({ http: bucket })),
  reference: s3Reference(HOST, 'models/granite', 'v1'),
  missingVersion: s3Reference(HOST, 'models/granite', 'v9'),
  missingRepository: s3Reference(HOST, 'models/basalt', 'v1'),
  silent: createS3Registry(testContext({ http: silentHttp })),
  behind: (wrap) => createS3Registry(testContext({ http: wrap(bucket) })),
}));
