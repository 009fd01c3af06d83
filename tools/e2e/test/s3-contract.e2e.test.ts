import { registryContract, silentHttp } from '@ilab/testkit';
import { afterAll, beforeAll, describe } from 'vitest';
import { lacking } from '../src/index.ts';
import { http, s3Reference, type S3World, s3World, s3Registry } from '../src/s3-world.ts';

const LACKS = lacking('versitygw');

describe.skipIf(LACKS)(`before a real server${LACKS ? ` (${LACKS})` : ''}`, () => {
  let world: S3World;
  beforeAll(async () => {
    world = await s3World();
    await world.server.createBucket('models');
    await world.server.put('models/granite/v1/config.json', '{}');
    await world.server.put('models/granite/v1/sub dir/model #1.safetensors', 'weights');
  });
  afterAll(() => world.close());

  registryContract(async () => {
    const { server, credentials } = world;
    return {
      registry: s3Registry({ credentials }),
      reference: s3Reference(server.host, 'models/granite', 'v1'),
      missingVersion: s3Reference(server.host, 'models/granite', 'v9'),
      missingRepository: s3Reference(server.host, 'models/basalt', 'v1'),
      silent: s3Registry({ http: silentHttp, credentials }),
      behind: (wrap) => s3Registry({ http: wrap(http), credentials }),
    };
  });
});
