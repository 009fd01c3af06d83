import type { PluginManifest, RegistryManifest } from '@ilab/plugin-api';
import type { PluginPackage } from './plugin-package.ts';

/** What a package's metadata amounts to. */
export type CheckedManifest =
  | { readonly state: 'valid'; readonly registries: readonly RegistryManifest[] }
  | { readonly state: 'invalid'; readonly reason: string };

const NAME = /^[a-z][a-z0-9+.-]{0,30}$/;
const HOST = /^[a-z0-9.[\]:-]{1,255}$/;

/** Checks a plugin's metadata as what it is: text of somebody else. Nothing is imported. */
export function checkManifest({ manifest }: PluginPackage): CheckedManifest {
  if (!isRecord(manifest)) return invalid('its package.json has no “ilab” block');
  if (manifest['apiVersion'] !== 1) return invalid(`it is made for plugin API ${JSON.stringify(manifest['apiVersion'])}, and this is 1`);
  const registries = (manifest as Partial<PluginManifest>).registries ?? [];
  if (!Array.isArray(registries)) return invalid('“ilab.registries” is no list');
  for (const registry of registries) {
    const problem = isRecord(registry) ? registryProblem(registry) : 'an entry of “ilab.registries” is no object';
    if (problem !== undefined) return invalid(problem);
  }
  return { state: 'valid', registries };
}

function registryProblem(registry: Record<string, unknown>): string | undefined {
  const { source, schemes, hosts, entry, depth, patterns, defaultVersion } = registry;
  if (typeof source !== 'string' || !NAME.test(source)) return '“source” is no name';
  if (!isListOf(schemes, NAME)) return `“schemes” of ${source} is no list of schemes`;
  if (!isListOf(hosts, HOST)) return `“hosts” of ${source} is no list of hosts`;
  if (typeof entry !== 'string' || !/^\.\/[\w./-]+\.[cm]?js$/.test(entry) || entry.includes('..'))
    return `“entry” of ${source} is no module inside the package`;
  if (!isRecord(depth) || !Number.isInteger(depth['min']) || !Number.isInteger(depth['max'])) return `“depth” of ${source} has no min and max`;
  if (typeof defaultVersion !== 'string' || defaultVersion === '') return `“defaultVersion” of ${source} is missing`;
  if (!isRecord(patterns) || !isPattern(patterns['segment']) || !isPattern(patterns['version'])) return `“patterns” of ${source} are no regular expressions`;
  const selector = registry['selectorPattern'];
  if (selector !== undefined && !isPattern(selector)) return `“selectorPattern” of ${source} is no regular expression`;
  return undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOf(value: unknown, pattern: RegExp): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string' && pattern.test(item));
}

function isPattern(value: unknown): boolean {
  if (typeof value !== 'string') return false;
  try {
    new RegExp(value, 'u');
    return true;
  } catch {
    return false;
  }
}

function invalid(reason: string): CheckedManifest {
  return { state: 'invalid', reason };
}
