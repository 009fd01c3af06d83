import type { SourceManifest } from '@ilab/core';

/** A source that we know of, for the case that its plugin is not there. */
export interface KnownSource {
  readonly plugin: string;
  readonly manifest: SourceManifest;
}

/**
 * Enough of each first-party grammar to recognise its references when its plugin is missing, and to say which command brings it.
 * The plugin's own manifest takes its place as soon as it is there.
 */
export const KNOWN_SOURCES: readonly KnownSource[] = [
  {
    plugin: '@ilab/plugin-hf',
    manifest: {
      source: 'hf',
      schemes: ['hf'],
      hosts: ['huggingface.co'],
      hostAliases: { 'hf.co': 'huggingface.co', 'www.huggingface.co': 'huggingface.co' },
      defaultHost: 'huggingface.co',
      depth: { min: 1, max: 2 },
      patterns: { segment: '[A-Za-z0-9._-]+', version: '.+' },
      defaultVersion: 'main',
    },
  },
  {
    plugin: '@ilab/plugin-oci',
    manifest: {
      source: 'oci',
      schemes: ['oci', 'docker'],
      hosts: ['docker.io', 'quay.io', 'ghcr.io'],
      hostAliases: { 'index.docker.io': 'docker.io', 'registry-1.docker.io': 'docker.io' },
      fallback: true,
      depth: { min: 1, max: 128 },
      patterns: { segment: '[a-z0-9._-]+', version: '[A-Za-z0-9_][A-Za-z0-9._-]*' },
      defaultVersion: 'latest',
    },
  },
];

/** Whether a package is one that comes with the program: only a newer one of that name may take its place. */
export function isBundledName(name: string): boolean {
  return KNOWN_SOURCES.some(({ plugin }) => plugin === name);
}
