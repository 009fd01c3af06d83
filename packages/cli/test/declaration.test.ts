import { describe, expect, it } from 'vitest';
import { pluginParts } from '@ilab/sdk';
import { declaration } from '../src/plugins/declaration.ts';

describe('what a plugin declares', () => {
  it('has what its verifiers and donors can do and see, for whoever is to say yes', () => {
    const manifest = {
      apiVersion: 1,
      verifiers: [{ verifier: 'notary', entry: './index.js', summary: 'V' }],
      donors: [{ donor: 'attic', entry: './index.js', summary: 'D', tool: 'Attic', folders: ['.attic/blobs', '.attic/more'] }],
    };
    const { problem, ...parts } = pluginParts({ name: 'p', version: '1.0.0', root: '/p', manifest, type: 'user' });
    expect(problem).toBeUndefined();
    const pin = { version: '1.0.0', resolved: 'https://npm.example/p.tgz', integrity: 'sha512-abc' };
    const lines = declaration({ name: 'p', version: '1.0.0', root: '/p', ...parts, commands: [], supersedes: false, pin }).split('\n');
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}verifier +notary in a process of its own, for policies that name it/));
    expect(lines).toContainEqual(expect.stringMatching(/^ {2}donor +attic in a process of its own, reads all of ~\/\.attic\/blobs, ~\/\.attic\/more$/));
  });

  it('fits a terminal, and says which version it takes the place of', () => {
    const registries = [{ source: 'shelf', schemes: ['shelf'], hosts: ['shelf.example'], entry: './index.js', depth: { min: 1, max: 2 }, summary: 'S' }];
    const grammar = { patterns: { segment: '[a-z]+', version: '[a-z]+' }, defaultVersion: 'v' };
    const manifest = { apiVersion: 1, registries: registries.map((one) => ({ ...one, ...grammar })) };
    const { problem, ...parts } = pluginParts({ name: 'p', version: '2.0.0', root: '/p', manifest, type: 'user' });
    expect(problem).toBeUndefined();
    const pin = { version: '2.0.0', resolved: 'https://npm.example/p.tgz', integrity: 'sha512-abc' };
    const plugin = { name: 'p', version: '2.0.0', root: '/p', ...parts, commands: [], supersedes: false, pin };
    const lines = declaration({ ...plugin, before: '1.0.0' }, 60).split('\n');
    expect(lines[0]).toBe('p 2.0.0, in place of 1.0.0');
    expect(lines.slice(2)).toEqual(['  source      shelf:// in a process of its own, with the', '              credentials of shelf.example and no others']);
    expect(declaration({ ...plugin, before: '2.0.0' }).split('\n')).toEqual([
      'p 2.0.0',
      expect.any(String),
      lines
        .slice(2)
        .map((line, at) => (at === 0 ? line : line.trim()))
        .join(' '),
    ]);
  });
});
