import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Credential, CredentialStore, PluginContext, Registry, RemoteReference } from '@ilab/plugin-api';
import plugin from '@ilab/plugin-s3';
import { createHttp } from '@ilab/transfer';
import { type S3Server, startVersitygw } from './servers/s3.ts';

export const http: ReturnType<typeof createHttp> = createHttp({ userAgent: 'test', env: {} });

/** The plugin's registry with the real client behind it, and nothing of the user's. */
export function s3Registry(given: Partial<PluginContext> = {}): Registry {
  const context: PluginContext = { http, logger: { warn() {}, info() {}, debug() {} }, env: {}, home: '/nowhere', registries: {}, ...given };
  const registry = plugin.createRegistry?.('s3', context);
  if (!registry) throw new Error('it makes no registry');
  return registry;
}

export function s3Reference(host: string, repository: string, version?: string): RemoteReference {
  const named = version === undefined ? {} : { version };
  return { kind: 'remote', input: '', adapter: 's3', host, repository, canonical: `s3://${host}/${repository}`, ...named };
}

/** What is stored for hosts. */
export function storedKeys(hosts: Readonly<Record<string, readonly [id: string, secret: string]>>): CredentialStore {
  const stored = new Map<string, Credential>(Object.entries(hosts).map(([host, [username, password]]) => [host, { kind: 'basic', username, password }]));
  return {
    find: async (host) => stored.get(host),
    async store(host, credential) {
      stored.set(host, { kind: 'basic', ...credential });
      return 'memory';
    },
    erase: async (host) => (stored.delete(host) ? ['memory'] : []),
  };
}

export interface S3World {
  readonly server: S3Server;
  readonly credentials: CredentialStore;
  close(): Promise<void>;
}

/** A real S3 server, and its keys where the user has them. */
export async function s3World(options: { readonly domain?: string; readonly region?: string } = {}): Promise<S3World> {
  const directory = await mkdtemp(join(tmpdir(), 'ilab-s3-'));
  const server = await startVersitygw({ directory, ...options });
  return {
    server,
    credentials: storedKeys({ [server.host]: [server.accessKeyId, server.secretAccessKey] }),
    async close() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
