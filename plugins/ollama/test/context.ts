import type { PluginContext, RemoteReference } from '@ilab/plugin-api';
import { createHttp } from '@ilab/transfer';

const http = createHttp({ userAgent: 'test', env: {} });

/** A context with the real client in it, and nothing of the user's. */
export function testContext(given: Partial<PluginContext> = {}): PluginContext {
  return { http, logger: { warn() {}, info() {}, debug() {} }, env: {}, home: '/nowhere', registries: {}, ...given };
}

export function ollamaReference(host: string, rest: Partial<RemoteReference> & Pick<RemoteReference, 'repository'>): RemoteReference {
  const version = rest.version === undefined ? '' : `:${rest.version}`;
  return { kind: 'remote', input: '', adapter: 'ollama', host, canonical: `ollama://${host}/${rest.repository}${version}`, ...rest };
}
