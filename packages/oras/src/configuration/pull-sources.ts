import { IlabError, isDigest, type RegistrySettings } from '@ilab/core/adapter';
import { readLocation } from './location.ts';
import { entryFor, type MirrorEntry, prefixLength, type RegistriesConfiguration, type RegistryEntry } from './registries-configuration.ts';

/** Something of a repository, as it was asked for. */
export interface Asked {
  readonly host: string;
  readonly repository: string;
  /** A tag or a digest. */
  readonly reference: string;
}

/** Where it is asked for. */
export interface PullSource extends Asked {
  readonly isMirror: boolean;
}

/**
 * Where something may be pulled from, in the order to ask: the mirrors that are there for it, then the repository itself, wherever that is
 * kept (containers-registries.conf(5), “Remapping and mirroring registries”).
 * @throws IlabError E_FORBIDDEN where the configuration blocks it
 */
export function pullSources(configuration: RegistriesConfiguration, asked: Asked): readonly PullSource[] {
  const name = nameOf(asked);
  const entry = entryFor(configuration.entries, name);
  if (!entry) return [{ ...asked, isMirror: false }];
  checkBlocked(entry, asked);
  const rest = name.slice(prefixLength(entry.prefix, name));
  const use = isDigest(asked.reference) ? 'tag-only' : 'digest-only';
  const mirrors = entry.mirrors.filter((mirror) => mirror.use !== use);
  return [
    ...mirrors.map(({ location }) => ({ ...parse(location + rest, asked), isMirror: true })),
    { ...(entry.location === undefined ? asked : parse(entry.location + rest, asked)), isMirror: false },
  ];
}

/** @throws IlabError E_FORBIDDEN where the configuration blocks the repository, for reading as for writing */
export function checkNotBlocked({ entries }: RegistriesConfiguration, { host, repository }: Omit<Asked, 'reference'>): void {
  const entry = entryFor(entries, `${host}/${repository}`);
  if (entry) checkBlocked(entry, { host, repository });
}

function checkBlocked({ blocked, prefix, file }: RegistryEntry, { host, repository }: Omit<Asked, 'reference'>): void {
  if (!blocked) return;
  throw new IlabError('E_FORBIDDEN', `${host}/${repository} is blocked: ${file} says so of ${prefix}.`, {
    hint: 'Nothing was asked. Whoever keeps that file can change it.',
    details: { prefix, file },
  });
}

function nameOf({ host, repository, reference }: Asked): string {
  return `${host}/${repository}${isDigest(reference) ? '@' : ':'}${reference}`;
}

function parse(name: string, asked: Asked): Asked {
  const [, host = '', repository = '', digest, tag] = /^([^/]+)\/([^@]*?)(?:@(.+)|:([^/@]+))$/.exec(name) ?? [];
  const reference = digest ?? tag;
  if (repository !== '' && reference !== undefined) return { host, repository, reference };
  throw new IlabError('E_BAD_CONFIG', `The configuration leads from ${asked.host}/${asked.repository} to ${name}, which is no name.`, {
    hint: 'Correct the location in registries.conf.',
  });
}

/** The configuration with what ilab's own says of hosts, which wins over other files. */
export function withSettings(configuration: RegistriesConfiguration, settings: Readonly<Record<string, RegistrySettings>>): RegistriesConfiguration {
  const own = Object.entries(settings).flatMap(([host, { mirrors }]) => (mirrors ? [ownEntry(configuration, { host, mirrors })] : []));
  const replaced = new Set(own.map(({ prefix }) => prefix));
  return { ...configuration, entries: [...configuration.entries.filter(({ prefix }) => !replaced.has(prefix)), ...own] };
}

function ownEntry({ entries }: RegistriesConfiguration, { host, mirrors }: { readonly host: string; readonly mirrors: readonly string[] }): RegistryEntry {
  // What blocks the host, or keeps it elsewhere, still does.
  const before = entryFor(entries, host) ?? { insecure: false, blocked: false, file: 'models.registries' };
  return {
    location: host,
    ...before,
    prefix: host,
    mirrors: mirrors.map((location): MirrorEntry => ({ location: checkMirror(location, host), insecure: false, use: 'all' })),
  };
}

function checkMirror(text: string, host: string): string {
  const location = readLocation(text);
  if (location !== undefined) return location;
  throw new IlabError('E_BAD_CONFIG', `models.registries.${host}.mirrors has “${text}”, which is no location.`, {
    hint: 'Write a host, perhaps with a namespace, and no scheme: mirror.example/quay.',
  });
}
