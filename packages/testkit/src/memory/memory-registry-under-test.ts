import type { Http, Registry, RemoteReference } from '@ilab/core';
import type { RegistryUnderTest } from '../registry-contract.ts';
import { silentHttp } from '../http/silent-http.ts';
import { createMemoryRegistry } from './memory-registry.ts';
import { createModelServer } from './model-server.ts';

const HOST = 'memory.example';
const MEDIA_TYPE = 'application/vnd.example.note';
const FILES = { 'config.json': '{"model_type":"granite"}', 'sub dir/model.gguf': 'weights', 'tokenizer.json': '{}' };
const MODELS = { 'team/granite': { v1: FILES, v2: { ...FILES, 'tokenizer.json': '{"version":"2"}' } } };
const NOTE = { repository: 'team/granite', version: 'v2', mediaType: MEDIA_TYPE, content: 'a note' };

/**
 * The registry in memory as {@link registryContract} takes it, with a server of its own for every case.
 * @param spoil makes a worse registry of it, as the proof of the suite itself does
 */
export function memoryRegistryUnderTest(spoil: (registry: Registry, http: Http) => Registry = (registry) => registry): () => Promise<RegistryUnderTest> {
  let made = 0;
  return async () => {
    const server = createModelServer(MODELS, [NOTE, { ...NOTE, mediaType: 'application/vnd.example.other', content: 'another' }]);
    const open = (http: Http): Registry => spoil(createMemoryRegistry(http), http);
    const { revision } = await createMemoryRegistry(server).resolve(referenceTo('team/granite', { version: 'v1' }), {});
    made += 1;
    return {
      registry: open(server),
      reference: referenceTo('team/granite', { version: 'v1' }),
      pinned: referenceTo('team/granite', { digest: revision as NonNullable<RemoteReference['digest']> }),
      missingVersion: referenceTo('team/granite', { version: 'v9' }),
      missingRepository: referenceTo('team/basalt', { version: 'v1' }),
      destination: referenceTo(`team/new-${made}`, { version: 'v1' }),
      attached: { reference: referenceTo('team/granite', { version: 'v2' }), mediaType: MEDIA_TYPE, contents: ['a note'] },
      silent: open(silentHttp),
      behind: (wrap) => open(wrap(server)),
    };
  };
}

/** A reference as the host would have parsed it. */
export function referenceTo(repository: string, more: Pick<RemoteReference, 'version' | 'digest'>): RemoteReference {
  const end = more.version === undefined ? `@${more.digest}` : `:${more.version}`;
  return { kind: 'remote', input: '', adapter: 'memory', host: HOST, repository, canonical: `${HOST}/${repository}${end}`, ...more };
}
