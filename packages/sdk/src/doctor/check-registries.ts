import { type Cache, type CallOptions, type Check, type Finding, type Http, isIlabError, type ModelSettings } from '@ilab/core';
import { addressesOf } from './registry-addresses.ts';

/** How long a registry has to answer, in milliseconds. */
const PATIENCE = 3000;

export interface RegistryCheckDeps {
  readonly cache: Pick<Cache, 'items'>;
  readonly http: Http;
  readonly settings: ModelSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** Whether the registries answer that are in the configuration or that models here came from; no other host is asked. */
export function checkRegistries(deps: RegistryCheckDeps): Check {
  return {
    name: 'registries',
    async run(options) {
      const sources = await knownHosts(deps, options);
      if (sources.size === 0) return [{ check: 'registries', state: 'ok', message: 'None is configured, and no model came from one yet.' }];
      if (deps.settings.offline) return [{ check: 'registries', state: 'ok', message: `Not asked, being offline: ${[...sources.keys()].sort().join(', ')}.` }];
      return Promise.all([...sources].sort().map(([host, source]) => ask(deps, { host, source }, options)));
    },
  };
}

/** Hosts that are configured, or that models here came from, with their sources. */
export async function knownHosts(
  { cache, settings }: Pick<RegistryCheckDeps, 'cache' | 'settings'>,
  options: CallOptions,
): Promise<ReadonlyMap<string, string | undefined>> {
  const hosts = new Map(Object.entries(settings.registries).map(([host, { source }]) => [host, source]));
  try {
    for await (const item of cache.items(options)) if (item.kind === 'repository') hosts.set(item.id.host, item.id.source);
  } catch (error) {
    // A store that can't be read has a finding of its own.
    if (!isIlabError(error)) throw error;
  }
  return hosts;
}

type Asked = { readonly host: string; readonly source: string | undefined };

async function ask(deps: RegistryCheckDeps, { host, source }: Asked, { signal }: CallOptions): Promise<Finding> {
  const check = `registry ${host}`;
  const limit = AbortSignal.timeout(PATIENCE);
  const until = signal ? AbortSignal.any([signal, limit]) : limit;
  let reason = 'it is no host';
  for (const url of addressesOf({ host, source }, { registries: deps.settings.registries, env: deps.env })) {
    try {
      const { status } = await deps.http.request({ url, redirect: 'manual' }, { signal: until });
      if (status < 500) return { check, state: 'ok', message: status === 401 ? 'It answers, and asks who is there.' : 'It answers.' };
      return { check, state: 'warning', message: `It answers with status ${status}.`, advice: 'Try again later, or ask whoever runs it.' };
    } catch (error) {
      signal?.throwIfAborted();
      if (limit.aborted) reason = `it did not within ${PATIENCE / 1000} seconds`;
      else if (isIlabError(error)) reason = error.message;
      else throw error;
    }
  }
  const advice = `Look at the network, at proxies (HTTPS_PROXY, NO_PROXY) and at models.registries.${host}; --offline leaves this out.`;
  return { check, state: 'problem', message: `It does not answer: ${reason}`, advice, code: 'E_NETWORK' };
}
