import { type ModelScope, type ModelScopeSettings, snapshotOf, startModelScope } from '@ilab/hub';
import type { Credential, CredentialStore, PluginContext, RemoteReference } from '@ilab/plugin-api';
import { createHttp } from '@ilab/transfer';

export const http = createHttp({ userAgent: 'test', env: {} });
export const SECRET = 'ms-00000000-secret';

/** A context with the real client in it, and nothing of the user's. */
export function testContext(given: Partial<PluginContext> = {}): PluginContext {
  return { http, logger: { warn() {}, info() {}, debug() {} }, env: {}, home: '/nowhere', registries: {}, ...given };
}

export function reference(repository: string, version?: string, host = 'modelscope.cn'): RemoteReference {
  const named = version === undefined ? {} : { version };
  return { kind: 'remote', input: '', adapter: 'modelscope', host, repository, canonical: `${host}/${repository}`, ...named };
}

/** A hub with one model in two versions. */
export function startScene(settings: Partial<ModelScopeSettings> = {}): Promise<ModelScope> {
  const older = snapshotOf({ 'config.json': '{}' });
  const newer = snapshotOf({ 'config.json': '{"new": true}', 'sub dir/model #1.safetensors': 'weights '.repeat(100), 'empty.txt': '' });
  const models = [
    {
      repository: 'acme/model',
      versions: new Map([
        ['v1', older],
        ['v2', newer],
      ]),
    },
  ];
  return startModelScope({ models, users: { [SECRET]: 'alice' }, ...settings });
}

/** What is kept for hosts, in memory. */
export function storeOf(): CredentialStore & { readonly stored: Map<string, Credential> } {
  const stored = new Map<string, Credential>();
  return {
    stored,
    find: async (host) => stored.get(host),
    async store(host, credential) {
      stored.set(host, { kind: 'basic', ...credential });
      return 'memory';
    },
    erase: async (host) => (stored.delete(host) ? ['memory'] : []),
  };
}
