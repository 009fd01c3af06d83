import type { SourceManifest } from '@ilab/core';
import type { CarrierManifest, RegistryManifest } from '@ilab/plugin-api';
import { carrierTable } from '../carriers/carrier-table.ts';
import { checkedPlugins } from './checked-plugins.ts';
import { conflict } from './claims.ts';
import { KNOWN_SOURCES } from './known-sources.ts';
import type { PluginPackage } from './plugin-package.ts';

/** A source and the plugin that brings it, for `ilab registry list`. */
export interface RegistryEntry {
  readonly source: string;
  readonly schemes: readonly string[];
  readonly hosts: readonly string[];
  readonly summary?: string;
  /** What of the user's surroundings it sees, as its manifest has it. */
  readonly reads?: NonNullable<RegistryManifest['reads']>;
  readonly plugin: string;
  readonly version?: string;
  readonly state: 'ready' | 'invalid' | 'missing';
  readonly reason?: string;
}

/** A source whose metadata is sound. */
export interface UsableRegistry {
  readonly manifest: RegistryManifest;
  readonly plugin: PluginPackage;
}

/** What the plugins' metadata adds up to. */
export interface RegistryTable {
  readonly usable: ReadonlyMap<string, UsableRegistry>;
  readonly manifests: readonly SourceManifest[];
  readonly entries: readonly RegistryEntry[];
  /** What may stand between all of them and this machine. */
  readonly carriers: readonly CarrierManifest[];
}

/**
 * Reads the metadata of plugins, in the order of their precedence. No other package can take a first-party source, scheme or
 * host. What is broken is listed with its reason and harms nobody else.
 */
export function registryTable(plugins: readonly PluginPackage[]): RegistryTable {
  const usable = new Map<string, UsableRegistry>();
  const entries: RegistryEntry[] = [];
  for (const { plugin, checked } of checkedPlugins(plugins)) {
    if (checked.state === 'invalid') {
      entries.push({ source: '', schemes: [], hosts: [], plugin: plugin.name, version: plugin.version, state: 'invalid', reason: checked.reason });
      continue;
    }
    for (const manifest of checked.registries) {
      const reason = conflict(manifest, { plugin, usable });
      entries.push(entryOf(manifest, { plugin, ...(reason !== undefined && { reason }) }));
      if (reason === undefined) usable.set(manifest.source, { manifest, plugin });
    }
  }
  for (const { manifest, plugin } of KNOWN_SOURCES) {
    if (usable.has(manifest.source)) continue;
    const { source, schemes, hosts } = manifest;
    entries.push({ source, schemes, hosts, plugin, state: 'missing', reason: `bring it with: ilab plugins install ${plugin}` });
  }
  return { usable, manifests: manifestsOf(usable), entries, carriers: carrierTable(plugins).usable.map(({ manifest }) => manifest) };
}

function entryOf(manifest: RegistryManifest, { plugin, reason }: { readonly plugin: PluginPackage; readonly reason?: string }): RegistryEntry {
  const { source, schemes, hosts, summary, reads } = manifest;
  const state = reason === undefined ? { state: 'ready' as const } : { state: 'invalid' as const, reason };
  return { source, schemes, hosts, summary, ...(reads && { reads }), plugin: plugin.name, version: plugin.version, ...state };
}

/** The first-party sources come first, with or without their plugins: the first that has a default host is what a bare name means. */
function manifestsOf(usable: ReadonlyMap<string, UsableRegistry>): readonly SourceManifest[] {
  const known = KNOWN_SOURCES.map(({ manifest }) => usable.get(manifest.source)?.manifest ?? manifest);
  const others = [...usable.values()].map(({ manifest }) => manifest).filter((manifest) => !known.includes(manifest));
  return [...known, ...others];
}
