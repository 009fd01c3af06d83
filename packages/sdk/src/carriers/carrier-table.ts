import type { CarrierManifest } from '@ilab/plugin-api';
import { checkedPlugins } from '../plugins/checked-plugins.ts';
import type { PluginPackage } from '../plugins/plugin-package.ts';

/** A carrier whose metadata is sound, and the plugin that brings it. */
export interface UsableCarrier {
  readonly manifest: CarrierManifest;
  readonly plugin: PluginPackage;
}

/** What the plugins' metadata adds up to, of carriers. */
export interface CarrierTable {
  /** In the order of precedence. */
  readonly usable: readonly UsableCarrier[];
  /** Those whose names other plugins had first. */
  readonly unusable: readonly { readonly plugin: PluginPackage; readonly reason: string }[];
}

/** Reads which carriers plugins bring. A name belongs to the package that had it first. */
export function carrierTable(plugins: readonly PluginPackage[]): CarrierTable {
  const usable = new Map<string, UsableCarrier>();
  const unusable: { plugin: PluginPackage; reason: string }[] = [];
  for (const { plugin, checked } of checkedPlugins(plugins)) {
    for (const manifest of checked.state === 'valid' ? checked.carriers : []) {
      const owner = usable.get(manifest.carrier)?.plugin;
      if (owner) unusable.push({ plugin, reason: `the carrier “${manifest.carrier}” belongs to ${owner.name}` });
      else usable.set(manifest.carrier, { manifest, plugin });
    }
  }
  return { usable: [...usable.values()], unusable };
}
