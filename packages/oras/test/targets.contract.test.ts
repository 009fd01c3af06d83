import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHttp } from '@ilab/transfer';
import { createMemoryTarget, createRemoteRegistries, openLayoutFolder } from '../src/index.ts';
import { startFakeRegistry } from './fake-registry.ts';
import { targetContract } from './target-contract.ts';

targetContract('a target in memory', async () => ({ target: createMemoryTarget() }));

targetContract('an image layout in a folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ilab-layout-'));
  return { target: openLayoutFolder(join(folder, 'layout')), end: () => rm(folder, { recursive: true }) };
});

targetContract('a repository of a registry', async () => {
  const registry = await startFakeRegistry();
  const http = createHttp({ userAgent: 'test', env: {} });
  const target = await createRemoteRegistries({ http, credentials: { find: async () => undefined } }).repository(
    { host: registry.host, repository: 'org/model' },
    {},
  );
  const end = async () => {
    await registry[Symbol.asyncDispose]();
    await http.close();
  };
  return { target, end };
});
