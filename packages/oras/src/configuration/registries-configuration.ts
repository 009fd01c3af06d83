/** For which references a mirror is asked (containers-registries.conf(5), `pull-from-mirror`). */
export type MirrorUse = 'all' | 'digest-only' | 'tag-only';

/** A place that has the same under another name. */
export interface MirrorEntry {
  /** `mirror.example`, or `mirror.example/quay` for a namespace there. */
  readonly location: string;
  readonly insecure: boolean;
  readonly use: MirrorUse;
}

/** What is configured for a host, a namespace or a repository. */
export interface RegistryEntry {
  /** `quay.io`, `quay.io/acme`, `*.example.com`. */
  readonly prefix: string;
  /** Takes the place of the prefix; absent: what was asked for is where it is. */
  readonly location?: string;
  readonly insecure: boolean;
  /** Nothing is to be had from there, and nothing goes there. */
  readonly blocked: boolean;
  /** In the order in which they are asked. */
  readonly mirrors: readonly MirrorEntry[];
  /** The file that says so. */
  readonly file: string;
}

/** Whether a name without a host is asked about (containers-registries.conf(5), `short-name-mode`). */
export type ShortNameMode = 'enforcing' | 'permissive' | 'disabled';

/** What a short name stands for. */
export interface AliasEntry {
  /** Empty where an earlier file's entry is taken back. */
  readonly target: string;
  readonly file: string;
  /** Counted from 1; absent where it is written in an unusual way. */
  readonly line?: number;
}

/** What `registries.conf` and its drop-ins say, put together. */
export interface RegistriesConfiguration {
  readonly entries: readonly RegistryEntry[];
  /** Hosts, in order. */
  readonly search: readonly string[];
  readonly mode?: ShortNameMode;
  /** By short name. */
  readonly aliases: Readonly<Record<string, AliasEntry>>;
  /** Files that were read, in order. */
  readonly files: readonly string[];
}

export const NO_CONFIGURATION: RegistriesConfiguration = { entries: [], search: [], aliases: {}, files: [] };

/**
 * What decides a reference: the entry with the longest prefix. A prefix ends where a part of the name ends, and `*.example.com`
 * stands for the hosts below `example.com`.
 * @param name `host/repository`, with `:tag` or `@digest` where there is one
 */
export function entryFor(entries: readonly RegistryEntry[], name: string): RegistryEntry | undefined {
  let best: RegistryEntry | undefined;
  for (const entry of entries) if (prefixLength(entry.prefix, name) > 0 && entry.prefix.length > (best?.prefix.length ?? 0)) best = entry;
  return best;
}

/** How much of a name a prefix stands for; 0 where it is none of it. */
export function prefixLength(prefix: string, name: string): number {
  if (prefix.startsWith('*.')) {
    const slash = `${name}/`.indexOf('/');
    return name.slice(0, slash).endsWith(prefix.slice(1)) ? slash : 0;
  }
  if (!name.startsWith(prefix)) return 0;
  const next = name[prefix.length];
  // After a host alone, a colon begins the port of another one.
  const ends = next === undefined || next === '/' || ((next === ':' || next === '@') && prefix.includes('/'));
  return ends ? prefix.length : 0;
}
