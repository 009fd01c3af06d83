import type { CheckedManifest } from '../plugins/check-manifest.ts';
import { checkedPlugins } from '../plugins/checked-plugins.ts';
import type { PluginPackage } from '../plugins/plugin-package.ts';
import type { KnownPart } from './known-parts.ts';

/** What is true of every part of a plugin that has code and a name. */
interface PartManifest {
  readonly entry: string;
  readonly summary: string;
}

/** A part whose metadata is sound, and the plugin that brings it. */
export interface UsablePart<Manifest> {
  readonly name: string;
  readonly manifest: Manifest;
  readonly plugin: PluginPackage;
}

/** What can't be used, and why. */
export interface UnusablePart {
  /** Empty where the plugin as a whole can't be read. */
  readonly name: string;
  readonly plugin: PluginPackage;
  readonly reason: string;
}

/** What the plugins' metadata adds up to, of one kind of part. */
export interface PartTable<Manifest> {
  /** By name, in the order of precedence. */
  readonly usable: ReadonlyMap<string, UsablePart<Manifest>>;
  readonly unusable: readonly UnusablePart[];
  /** First-party parts that are not there and that run on this platform. */
  readonly missing: readonly KnownPart[];
}

/** Where the parts of one kind are in a manifest, how each is called, and which are known. */
export interface PartKind<Manifest> {
  readonly list: 'engines' | 'runners' | 'verifiers' | 'donors';
  readonly nameOf: (manifest: Manifest) => string;
  readonly known: readonly KnownPart[];
}

/**
 * Reads which engines, runners, verifiers or donors plugins bring. A name belongs to the package that had it first, and first-party names to
 * first-party plugins. What is broken is kept with its reason and harms nobody else.
 */
export function partTable<Manifest extends PartManifest>(plugins: readonly PluginPackage[], kind: PartKind<Manifest>): PartTable<Manifest> {
  const usable = new Map<string, UsablePart<Manifest>>();
  const unusable: UnusablePart[] = [];
  for (const { plugin, checked } of checkedPlugins(plugins)) {
    if (checked.state === 'invalid') {
      if (bringsAny(plugin, kind.list)) unusable.push({ name: '', plugin, reason: checked.reason });
      continue;
    }
    for (const manifest of partsOf<Manifest>(checked, kind.list)) {
      const name = kind.nameOf(manifest);
      const owner = kind.known.find((known) => known.name === name)?.plugin ?? usable.get(name)?.plugin.name ?? plugin.name;
      if (owner === plugin.name) usable.set(name, { name, manifest, plugin });
      else unusable.push({ name, plugin, reason: `the name “${name}” belongs to ${owner}` });
    }
  }
  const missing = kind.known.filter(({ name, platforms }) => !usable.has(name) && (platforms?.includes(process.platform) ?? true));
  return { usable, unusable, missing };
}

function partsOf<Manifest>(checked: CheckedManifest & { readonly state: 'valid' }, list: PartKind<Manifest>['list']): readonly Manifest[] {
  return checked[list] as readonly unknown[] as readonly Manifest[];
}

function bringsAny({ manifest }: PluginPackage, list: string): boolean {
  return typeof manifest === 'object' && manifest !== null && list in manifest;
}
