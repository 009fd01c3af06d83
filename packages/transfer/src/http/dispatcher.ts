import { readFileSync } from 'node:fs';
import { IlabError, type RegistrySettings } from '@ilab/core';
import type { Agent, Dispatcher } from 'undici';
import type { NetworkOptions } from '../options.ts';

/** Connections, made on first use: loading the client takes longer than many commands do. */
export interface Connections {
  /** The dispatcher for a host, through its proxy and with its certificates. */
  for(url: URL): Promise<Dispatcher>;
  /** What a connection of one's own to a host needs; undefined where a proxy may stand between. */
  direct(url: URL): DirectOptions | undefined;
  /** Milliseconds without a byte after which a connection is given up. */
  readonly stallAfter: number;
  close(): Promise<void>;
}

export interface DirectOptions {
  readonly tls: { readonly rejectUnauthorized?: false; readonly ca?: string };
}

const STALL_AFTER = 30_000;
const CONNECT_WITHIN = 10_000;

export function createConnections({ env, registries = {}, stallAfter = STALL_AFTER }: NetworkOptions): Connections {
  const dispatchers = new Map<string, Promise<Dispatcher>>();
  return {
    for(url) {
      const { insecure = false, ca } = registries[url.host] ?? {};
      // Most hosts have nothing of their own and share one.
      const key = insecure || ca !== undefined ? url.host : '';
      const known = dispatchers.get(key) ?? createDispatcher({ env, stallAfter, insecure, ca });
      dispatchers.set(key, known);
      return known;
    },
    direct(url) {
      if (either(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') !== '') return undefined;
      return { tls: tlsOptions(registries[url.host]) };
    },
    stallAfter,
    async close() {
      // One that could not be made has said so to whoever asked for it.
      await Promise.allSettled([...dispatchers.values()].map(async (dispatcher) => (await dispatcher).destroy()));
      dispatchers.clear();
    },
  };
}

type HostOptions = { readonly env: NetworkOptions['env']; readonly stallAfter: number; readonly insecure: boolean; readonly ca: string | undefined };

async function createDispatcher({ env, stallAfter, insecure, ca }: HostOptions): Promise<Dispatcher> {
  const { EnvHttpProxyAgent } = await import('./undici.ts');
  const tls = tlsOptions({ insecure, ...(ca !== undefined && { ca }) });
  const options: Agent.Options = {
    // HTTP/2 would put all ranges of a file on one connection.
    allowH2: false,
    connect: { ...tls, timeout: CONNECT_WITHIN },
    headersTimeout: stallAfter,
    bodyTimeout: stallAfter,
    keepAliveTimeout: 15_000,
  };
  return new EnvHttpProxyAgent({
    ...options,
    requestTls: tls,
    httpProxy: either(env, 'HTTP_PROXY'),
    httpsProxy: either(env, 'HTTPS_PROXY'),
    noProxy: either(env, 'NO_PROXY'),
  });
}

function tlsOptions({ insecure, ca }: RegistrySettings = {}): DirectOptions['tls'] {
  return { ...(insecure && { rejectUnauthorized: false as const }), ...(ca !== undefined && { ca: readCa(ca) }) };
}

function either(env: NetworkOptions['env'], name: string): string {
  return env[name.toLowerCase()] ?? env[name] ?? '';
}

function readCa(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new IlabError('E_BAD_CONFIG', `The certificates ${path} can’t be read.`, { hint: 'Correct models.registries.<host>.ca.', cause: error });
  }
}
