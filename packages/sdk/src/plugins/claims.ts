import type { RegistrySettings, SourceManifest } from '@ilab/core';
import type { RegistryManifest } from '@ilab/plugin-api';
import { KNOWN_SOURCES } from './known-sources.ts';
import type { PluginPackage } from './plugin-package.ts';

interface Others {
  readonly plugin: PluginPackage;
  readonly usable: ReadonlyMap<string, { readonly manifest: SourceManifest; readonly plugin: PluginPackage }>;
}

/** Why a source can't be taken: somebody has its name, a scheme or a host already, or they are kept for a first-party plugin. */
export function conflict(manifest: RegistryManifest, { plugin, usable }: Others): string | undefined {
  const others: readonly { manifest: SourceManifest; owner: string }[] = [
    ...KNOWN_SOURCES.map((known) => ({ manifest: known.manifest, owner: known.plugin })),
    ...[...usable.values()].map((other) => ({ manifest: other.manifest, owner: other.plugin.name })),
  ];
  for (const { manifest: other, owner } of others) {
    if (owner === plugin.name) continue;
    if (other.source === manifest.source) return `the source “${other.source}” belongs to ${owner}`;
    const scheme = manifest.schemes.find((candidate) => other.schemes.includes(candidate));
    if (scheme !== undefined) return `the scheme “${scheme}” belongs to ${owner}`;
    const names = namesOf(other);
    const host = namesOf(manifest).find((candidate) => names.includes(candidate));
    if (host !== undefined) return `the host “${host}” belongs to ${owner}`;
    if (manifest.fallback && other.fallback) return `unclaimed hosts belong to ${owner}`;
  }
  return undefined;
}

/** All names of the hosts that a source claims: an alias is as good as the name that it stands for. */
function namesOf({ hosts, hostAliases = {} }: Pick<SourceManifest, 'hosts' | 'hostAliases'>): readonly string[] {
  return [...hosts, ...Object.keys(hostAliases)];
}

/** Whose a host is, for credentials. */
export interface HostClaims {
  readonly isOwn: (host: string) => boolean;
  readonly isOthers: (host: string) => boolean;
}

/** The hosts of a source: those that its manifest claims, and those that the user's configuration gives to it. */
export function hostClaims(
  { source }: SourceManifest,
  { manifests, registries }: { readonly manifests: readonly SourceManifest[]; readonly registries: Readonly<Record<string, RegistrySettings>> },
): HostClaims {
  const sourceOf = (written: string): string | undefined => {
    const host = written.toLowerCase().replace(/:443$/, '');
    const given = Object.hasOwn(registries, host) ? registries[host]?.source : undefined;
    return given ?? manifests.find((manifest) => namesOf(manifest).includes(host))?.source;
  };
  return {
    isOwn: (host) => sourceOf(host) === source,
    isOthers: (host) => {
      const owner = sourceOf(host);
      return owner !== undefined && owner !== source;
    },
  };
}
