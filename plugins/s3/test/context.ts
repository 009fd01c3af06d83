import type { Credential, CredentialStore, PluginContext, RemoteReference } from '@ilab/plugin-api';

const unused = () => Promise.reject(new Error('nothing is asked for'));

/** A context without a network, and with nothing of the user's. */
export function testContext(given: Partial<PluginContext> = {}): PluginContext {
  return { http: { request: unused, stream: unused }, logger: { warn() {}, info() {}, debug() {} }, env: {}, home: '/nowhere', registries: {}, ...given };
}

export function s3Reference(host: string, repository: string, version?: string): RemoteReference {
  const named = version === undefined ? {} : { version };
  return { kind: 'remote', input: '', adapter: 's3', host, repository, canonical: `s3://${host}/${repository}`, ...named };
}

/** What is stored for hosts; `asked` tells which were asked for. */
export function storedKeys(hosts: Readonly<Record<string, readonly [id: string, secret: string]>>): CredentialStore & { readonly asked: string[] } {
  const asked: string[] = [];
  const stored = new Map<string, Credential>(Object.entries(hosts).map(([host, [username, password]]) => [host, { kind: 'basic', username, password }]));
  return {
    asked,
    async find(host) {
      asked.push(host);
      return stored.get(host);
    },
    async store(host, credential) {
      stored.set(host, { kind: 'basic', ...credential });
      return 'memory';
    },
    erase: async (host) => (stored.delete(host) ? ['memory'] : []),
  };
}
