import { type Cache, type CallOptions, type Check, type Finding, type Http, isIlabError, type ModelSettings } from '@ilab/core';
import { entryFor, hostSettings, type RegistriesConfiguration, type RegistryEntry, readRegistriesConf, withSettings } from '@ilab/oras';
import { limitAwake } from './limit-awake.ts';
import { addressesOf } from './registry-addresses.ts';

/** How long a registry has to answer, in milliseconds. */
const PATIENCE = 3000;

export interface RegistryCheckDeps {
  readonly cache: Pick<Cache, 'items'>;
  readonly http: Http;
  readonly settings: ModelSettings;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

/** Whether the registries answer that are in the configuration or that models here came from, and their mirrors; no other host is asked. */
export function checkRegistries(deps: RegistryCheckDeps): Check {
  return {
    name: 'registries',
    async run(options) {
      const configuration = await configured(deps);
      const sources = withMirrors(configuration, await knownHosts(deps, options));
      const registries = hostSettings(configuration, deps.settings.registries);
      if (sources.size === 0) return [{ check: 'registries', state: 'ok', message: 'None is configured, and no model came from one yet.' }];
      if (deps.settings.offline) return [{ check: 'registries', state: 'ok', message: `Not asked, being offline: ${[...sources.keys()].sort().join(', ')}.` }];
      return Promise.all(
        [...sources].sort().map(([host, source]) => ask({ ...deps, registries }, { host, source, entry: entryFor(configuration.entries, host) }, options)),
      );
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

/** What can't be read is told by the check of its own. */
async function configured({ env, home, settings }: RegistryCheckDeps): Promise<RegistriesConfiguration> {
  try {
    return withSettings(await readRegistriesConf({ env, home }), settings.registries);
  } catch (error) {
    if (!isIlabError(error)) throw error;
    return { entries: [], search: [], aliases: {}, files: [] };
  }
}

function withMirrors({ entries }: RegistriesConfiguration, sources: ReadonlyMap<string, string | undefined>): ReadonlyMap<string, string | undefined> {
  const mirrors = [...sources].filter(([, source]) => source !== 'hf').flatMap(([host]) => entryFor(entries, host)?.mirrors ?? []);
  return new Map([...mirrors.map(({ location }) => [location.split('/', 1)[0] ?? location, 'oci'] as const), ...sources]);
}

type Asked = { readonly host: string; readonly source: string | undefined; readonly entry: RegistryEntry | undefined };
type AskDeps = RegistryCheckDeps & { readonly registries: ModelSettings['registries'] };

async function ask(deps: AskDeps, { host, source, entry }: Asked, { signal }: CallOptions): Promise<Finding> {
  const check = `registry ${host}`;
  if (entry?.blocked) return { check, state: 'ok', message: `Not asked: ${entry.file} blocks it.` };
  using limit = limitAwake(PATIENCE);
  const until = signal ? AbortSignal.any([signal, limit.signal]) : limit.signal;
  let reason = 'it is no host';
  for (const url of addressesOf({ host, source }, { registries: deps.registries, env: deps.env })) {
    try {
      const { status } = await deps.http.request({ url, redirect: 'manual' }, { signal: until });
      if (status < 500) return { check, state: 'ok', message: status === 401 ? 'It answers, and asks who is there.' : 'It answers.' };
      return { check, state: 'warning', message: `It answers with status ${status}.`, advice: 'Try again later, or ask whoever runs it.' };
    } catch (error) {
      signal?.throwIfAborted();
      if (limit.signal.aborted) reason = `it did not within ${PATIENCE / 1000} seconds`;
      else if (isIlabError(error)) reason = error.message;
      else throw error;
    }
  }
  const advice = `Look at the network, at proxies (HTTPS_PROXY, NO_PROXY) and at models.registries.${host}; --offline leaves this out.`;
  if (entry?.mirrors.length) return { check, state: 'warning', message: `It does not answer, and its mirrors are asked alone: ${reason}`, advice };
  return { check, state: 'problem', message: `It does not answer: ${reason}`, advice, code: 'E_NETWORK' };
}
