import { readFileSync } from 'node:fs';
import type { SourceManifest } from '../src/index.ts';

/** The grammars of the first-party sources, as their plugins publish them. */
export const manifests: readonly SourceManifest[] = ['hf', 'oci'].map(manifestOf);

/** The grammar of a plugin in this repository. */
export function manifestOf(plugin: string): SourceManifest {
  const path = new URL(`../../../plugins/${plugin}/package.json`, import.meta.url);
  const { ilab } = JSON.parse(readFileSync(path, 'utf8')) as { ilab: { registries: [SourceManifest] } };
  return ilab.registries[0];
}
