import { isLoopback } from '@ilab/core';
import type { Agent, Dispatcher } from 'undici';
import type { NetworkOptions } from '../options.ts';
import { createHostTls, type HostTls } from './host-tls.ts';

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
  readonly tls: HostTls;
}

const STALL_AFTER = 30_000;
const CONNECT_WITHIN = 10_000;

export function createConnections({ env, registries, certificates, stallAfter = STALL_AFTER }: NetworkOptions): Connections {
  const dispatchers = new Map<string, Promise<Dispatcher>>();
  const tlsFor = createHostTls({ ...(registries && { registries }), ...(certificates && { certificates }) });
  return {
    async for(url) {
      const tls = tlsFor(url);
      // Most hosts have nothing of their own and share one. By this machine's names a proxy would reach itself.
      const isHere = leadsHere(url.hostname);
      const key = Object.keys(tls).length > 0 ? url.host : isHere ? 'this machine' : '';
      const known = dispatchers.get(key) ?? createDispatcher({ env: isHere ? {} : env, stallAfter, tls });
      dispatchers.set(key, known);
      return known;
    },
    direct(url) {
      if (!leadsHere(url.hostname) && either(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY') !== '') return undefined;
      return { tls: tlsFor(url) };
    },
    stallAfter,
    async close() {
      // One that could not be made has said so to whoever asked for it.
      await Promise.allSettled([...dispatchers.values()].map(async (dispatcher) => (await dispatcher).destroy()));
      dispatchers.clear();
    },
  };
}

/** Loopback, however it is spelt, and what servers print that listen everywhere: asked for, that is this machine, too. */
function leadsHere(hostname: string): boolean {
  return isLoopback(hostname) || hostname === '0.0.0.0' || hostname === '[::]' || /^\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\]$/.test(hostname);
}

type HostOptions = { readonly env: NetworkOptions['env']; readonly stallAfter: number; readonly tls: HostTls };

async function createDispatcher({ env, stallAfter, tls }: HostOptions): Promise<Dispatcher> {
  const { EnvHttpProxyAgent } = await import('./undici.ts');
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

function either(env: NetworkOptions['env'], name: string): string {
  return env[name.toLowerCase()] ?? env[name] ?? '';
}
