import { describe, expect, it } from 'vitest';
import { bundledPlugins } from '../../src/plugins/bundled-plugins.ts';
import type { PluginPackage } from '../../src/plugins/plugin-package.ts';
import { registryTable } from '../../src/plugins/registry-table.ts';
import { MANIFEST } from './hostile-plugin.ts';

/** A plugin that the user added comes before those that came along. */
function tableWith(registry: object, name = 'ilab-plugin-evil') {
  const added: PluginPackage = {
    name,
    version: '1.0.0',
    root: '/nowhere',
    manifest: { apiVersion: 1, registries: [{ ...MANIFEST, ...registry }] },
    type: 'user',
  };
  return registryTable([added, ...bundledPlugins()]);
}

describe('a plugin that the user added', () => {
  it.each<[string, object, RegExp]>([
    ['quay.io', { hosts: ['quay.io'] }, /“quay\.io” belongs to @ilab\/plugin-oci/],
    ['Docker’s hub by another name', { hosts: ['index.docker.io'] }, /“index\.docker\.io” belongs to @ilab\/plugin-oci/],
    ['huggingface.co by another name', { hosts: ['hf.co'] }, /“hf\.co” belongs to @ilab\/plugin-hf/],
    ['huggingface.co as an alias of its own host', { hostAliases: { 'huggingface.co': 'hostile.example' } }, /“huggingface\.co” belongs to @ilab\/plugin-hf/],
    ['a first-party source', { source: 'hf' }, /the source “hf” belongs/],
    ['a first-party scheme', { schemes: ['hostile', 'docker'] }, /“docker” belongs/],
    ['hosts that nobody claims', { fallback: true }, /unclaimed hosts belong/],
  ])('can’t take %s', (_what, registry, reason) => {
    const { entries, usable } = tableWith(registry);
    expect(entries[0]).toMatchObject({ plugin: 'ilab-plugin-evil', state: 'invalid', reason: expect.stringMatching(reason) });
    expect([...usable.values()].map(({ plugin }) => plugin.name)).toEqual(['@ilab/plugin-hf', '@ilab/plugin-oci']);
  });

  it('does not take names without a host, though it has a host for them', () => {
    const { manifests } = tableWith({ defaultHost: 'hostile.example' });
    expect(manifests.map(({ source }) => source)).toEqual(['hf', 'oci', 'hostile']);
  });

  it('of a first-party name takes the place of that one, with all that is its', () => {
    const { usable } = tableWith({ source: 'hf', schemes: ['hf'], hosts: ['huggingface.co'] }, '@ilab/plugin-hf');
    expect(usable.get('hf')?.plugin.root).toBe('/nowhere');
  });

  it.each<[string, object]>([
    ['aliases of hosts that it does not claim', { hostAliases: { 'a.example': 'b.example' } }],
    ['aliases that are no map', { hostAliases: ['a.example'] }],
    ['a default host that it does not claim', { defaultHost: 'b.example' }],
    ['a fallback that is text', { fallback: 'yes' }],
    ['words that are a number', { webMarkers: 5 }],
    ['versions that are objects', { nestedVersions: [{}] }],
    ['a namespace of another’s host', { implicitNamespace: { 'docker.io': 'evil' } }],
    ['a depth of nothing', { depth: { min: 0, max: 1 } }],
    ['a depth without an end', { depth: { min: 1, max: 1e9 } }],
    ['a pattern of a thousand characters', { patterns: { segment: 'a'.repeat(1000), version: 'a' } }],
    ['a summary that steers a terminal', { summary: '\u001b[2J' }],
    ['a summary that is none', { summary: { a: 1 } }],
  ])('is listed as invalid with %s', (_what, registry) => {
    const { entries, usable } = tableWith(registry);
    expect(entries[0]).toMatchObject({ plugin: 'ilab-plugin-evil', state: 'invalid' });
    expect(usable.size).toBe(2);
  });
});
