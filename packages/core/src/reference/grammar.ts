import type { RegistrySettings } from '../model/settings.ts';
import type { SourceManifest } from '../model/source-manifest.ts';

/** All that reading and printing references needs to know, as data. */
export interface ReferenceGrammar {
  readonly manifests: readonly SourceManifest[];
  /** Configured hosts, some of which say which source speaks to them. */
  readonly registries?: Readonly<Record<string, Pick<RegistrySettings, 'source'>>>;
}

/** A host's proper name, where it has several. */
export function properHost(host: string, { manifests }: ReferenceGrammar): string {
  for (const { hostAliases } of manifests) {
    if (hostAliases && Object.hasOwn(hostAliases, host)) return hostAliases[host] ?? host;
  }
  return host;
}

/** The source that a host alone tells: configured, claimed, else the one that takes unclaimed hosts. */
export function sourceOfHost(host: string, grammar: ReferenceGrammar): SourceManifest | undefined {
  const configured = grammar.registries && Object.hasOwn(grammar.registries, host) ? grammar.registries[host]?.source : undefined;
  if (configured !== undefined) return grammar.manifests.find(({ source }) => source === configured);
  return grammar.manifests.find(({ hosts }) => hosts.includes(host)) ?? grammar.manifests.find(({ fallback }) => fallback);
}

export function sourceOfScheme(scheme: string, { manifests }: ReferenceGrammar): SourceManifest | undefined {
  return manifests.find(({ schemes }) => schemes.includes(scheme));
}

export function sourceNamed(name: string, { manifests }: ReferenceGrammar): SourceManifest | undefined {
  return manifests.find(({ source }) => source === name);
}

/** Where a bare `org/name` goes. */
export function bareSource({ manifests }: ReferenceGrammar): SourceManifest | undefined {
  return manifests.find(({ defaultHost }) => defaultHost !== undefined);
}

/** Whether text as a whole has a manifest's pattern. */
export function matches(pattern: string, text: string, flags = 'u'): boolean {
  return wholeText(pattern, flags).test(text);
}

const compiled = new Map<string, RegExp>();

function wholeText(pattern: string, flags: string): RegExp {
  const key = `${flags}/${pattern}`;
  const known = compiled.get(key);
  if (known) return known;
  const made = new RegExp(`^(?:${pattern})$`, flags);
  compiled.set(key, made);
  return made;
}

/** Whether text has the shape of a selector that a source reads after a colon. */
export function isSelectorShape(text: string, source: SourceManifest | undefined): boolean {
  return source?.selectorPattern !== undefined && matches(source.selectorPattern, text, 'iu');
}
