import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { type Http, nullLogger, type RemoteReference } from '@ilab/core';
import { type Hub, snapshotOf, startHub } from '@ilab/hub';
import type { PluginContext, RegistryManifest } from '@ilab/plugin-api';
import { registryContract, silentHttp } from '@ilab/testkit';
import { createHttp } from '@ilab/transfer';
import { afterAll, beforeAll } from 'vitest';
import { type ApartRegistry, openApart } from '../../src/plugins/apart/open-apart.ts';

/** A first-party plugin under another name, as a user would have linked it. */
const path = createRequire(import.meta.url).resolve('@ilab/plugin-hf/package.json');
const { ilab } = JSON.parse(readFileSync(path, 'utf8')) as { ilab: { registries: readonly RegistryManifest[] } };
const plugin = { name: 'ilab-plugin-linked', version: '1.0.0', root: dirname(path), manifest: ilab, type: 'link' } as const;

let hub: Hub;
const opened: ApartRegistry[] = [];
const http = createHttp({ userAgent: 'test', env: {} });
beforeAll(async () => {
  const files = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`part ${index}#.json`, `${index}`]));
  const model = snapshotOf({ 'config.json': '{}', 'sub/model.safetensors': 'weights', ...files });
  hub = await startHub({ models: [{ repository: 'acme/model', versions: new Map([['v1', model]]) }], pageSize: 10 });
});
afterAll(async () => {
  for (const one of opened) one.close();
  await hub.close();
});

async function open(over: Http): Promise<ApartRegistry> {
  const [manifest] = ilab.registries;
  if (!manifest) throw new Error('it has no source');
  const isOwn = (host: string): boolean => host === hub.host;
  const credentials = { find: async () => ({ kind: 'token', token: 'any' }) as const, store: async () => 'nowhere', erase: async () => [] };
  const context: PluginContext = { http: over, logger: nullLogger, env: {}, home: '/nowhere', registries: { [hub.host]: { source: 'hf' } }, credentials };
  const registry = await openApart({ plugin, manifest, context, isOwn, isOthers: () => false });
  opened.push(registry);
  return registry;
}

function reference(repository: string, version: string): RemoteReference {
  return { kind: 'remote', input: '', adapter: 'hf', host: hub.host, repository, version, canonical: `${hub.host}/${repository}:${version}` };
}

let made = 0;

registryContract(async () => {
  const registry = await open(http);
  const { revision } = await registry.resolve(reference('acme/model', 'v1'), {});
  return {
    registry,
    reference: reference('acme/model', 'v1'),
    pinned: reference('acme/model', revision),
    missingVersion: reference('acme/model', 'v9'),
    missingRepository: reference('acme/none', 'main'),
    destination: reference(`acme/new-${++made}`, 'main'),
    silent: await open(silentHttp),
    behind: (wrap) => open(wrap(http)),
  };
});
