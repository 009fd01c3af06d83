import { describe, expect, it } from 'vitest';
import { pluginParts, type PluginPackage } from '../../src/index.ts';

const GOOD = { verifier: 'shelf', entry: './dist/index.js', summary: 'Checks signatures of shelf', mediaTypes: ['application/vnd.shelf.v1+json'] };

function plugin(verifiers: unknown, name = 'ilab-plugin-shelf'): PluginPackage {
  return { name, version: '1.0.0', root: '/nowhere', manifest: { apiVersion: 1, verifiers }, type: 'user' };
}

describe('a plugin’s verifiers', () => {
  it('are declared by its metadata', () => {
    expect(pluginParts(plugin([GOOD]))).toMatchObject({ verifiers: [GOOD] });
    expect(pluginParts(plugin([GOOD])).problem).toBeUndefined();
  });

  it('belong to the package that had the name first', () => {
    const { verifiers, problem } = pluginParts(plugin([GOOD], 'ilab-plugin-other'), [plugin([GOOD])]);
    expect(verifiers).toEqual([]);
    expect(problem).toBe('the name “shelf” belongs to ilab-plugin-shelf');
  });

  it.each<[what: string, verifiers: unknown, says: RegExp]>([
    ['no list', { ...GOOD }, /is no list/],
    ['a text', ['shelf'], /is no object/],
    ['no name', [{ ...GOOD, verifier: 'Shelf!' }], /is no name/],
    ['a module outside', [{ ...GOOD, entry: './../x.js' }], /no module inside the package/],
    ['no summary', [{ ...GOOD, summary: undefined }], /is no text/],
    ['a summary that moves the cursor', [{ ...GOOD, summary: '\u001b[2J' }], /is no text/],
    ['media types that are none', [{ ...GOOD, mediaTypes: ['*/*'] }], /media types/],
    ['far too many of them', [{ ...GOOD, mediaTypes: Array.from({ length: 17 }, (_, index) => `a/b${index}`) }], /up to 16/],
  ])('are refused with %s', (_what, verifiers, says) => {
    expect(pluginParts(plugin(verifiers)).problem ?? pluginParts(plugin(verifiers)).registries[0]?.reason).toMatch(says);
  });
});
