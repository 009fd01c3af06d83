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
});
