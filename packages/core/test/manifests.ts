import { readFileSync } from 'node:fs';
import type { SourceManifest } from '../src/index.ts';

/** The grammars of the first-party sources, as their plugins publish them. */
export const manifests: readonly SourceManifest[] = ['hf', 'oci'].flatMap((plugin) => manifestOf(plugin) ?? []);

/** The grammar of a plugin in this repository; undefined for one that brings no source. */
export function manifestOf(plugin: string): SourceManifest | undefined {
  const path = new URL(`../../../plugins/${plugin}/package.json`, import.meta.url);
  const { ilab } = JSON.parse(readFileSync(path, 'utf8')) as { ilab: { registries?: readonly SourceManifest[] } };
  return ilab.registries?.[0];
}
