import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isGlob, matchesGlob } from './glob.ts';

describe('matchesGlob', () => {
  it.each([
    ['*.safetensors', 'model.safetensors'],
    ['*.safetensors', 'deep/below/model.safetensors'],
    ['model-?.gguf', 'model-1.gguf'],
    ['model-?.gguf', 'model-😀.gguf'],
    ['*', 'README.md'],
    ['sub/*.gguf', 'sub/x.gguf'],
    ['sub/**', 'sub/a/b'],
    ['**/x.gguf', 'x.gguf'],
    ['**/x.gguf', 'a/b/x.gguf'],
    ['a/**/b', 'a/b'],
    ['a/**/b', 'a/x/y/b'],
    ['a/**/b/**/c', 'a/b/b/x/c'],
    ['**/*.gguf', 'UD-Q4/x.gguf'],
    ['a***b/c', 'axb/c'],
    ['sub/**/', 'sub/a/b'],
    ['a**/b', 'ax/b'],
    ['[a].gguf', '[a].gguf'],
    ['a.b+(c)', 'a.b+(c)'],
  ])('%s fits %s', (glob, path) => {
    expect(matchesGlob(path, glob)).toBe(true);
  });

  it.each([
    ['*.safetensors', 'model.safetensors.index.json'],
    ['*.safetensors', 'safetensors'],
    ['model-?.gguf', 'model-12.gguf'],
    ['model-?.gguf', 'model-.gguf'],
    ['sub/*.gguf', 'sub/deep/x.gguf'],
    ['sub/*.gguf', 'other/sub/x.gguf'],
    ['sub/?x', 'sub//x'],
    ['**/model.gguf', 'mmproj-model.gguf'],
    ['**/model.gguf', 'sub/mmproj-model.gguf'],
    ['a/**/b', 'a/xb'],
    ['a/**/b', 'ab'],
    ['[a].gguf', 'a.gguf'],
    ['x.gguf', 'xagguf'],
    ['X.gguf', 'x.gguf'],
  ])('%s does not fit %s', (glob, path) => {
    expect(matchesGlob(path, glob)).toBe(false);
  });

  const path = fc.array(fc.stringMatching(/^[ab.]{1,4}$/), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('/'));
  const glob = fc.array(fc.constantFrom('a', 'b', '.', '/', '*', '?', '**', '**/'), { minLength: 1, maxLength: 7 }).map((parts) => parts.join(''));

  it('agrees with the regular expression that would go back', () => {
    let fitting = 0;
    fc.assert(
      fc.property(path, glob, (file, pattern) => {
        const fits = matchesGlob(file, pattern);
        if (fits) fitting++;
        expect(fits).toBe(asRegExp(pattern).test(pattern.includes('/') ? file : file.slice(file.lastIndexOf('/') + 1)));
      }),
      { numRuns: 3000 },
    );
    expect(fitting).toBeGreaterThan(50);
  });

  it('takes a path without stars for itself alone', () => {
    fc.assert(
      fc.property(path, path, (file, other) => {
        expect(matchesGlob(`x/${file}`, `x/${other}`)).toBe(file === other);
      }),
    );
  });

  it('ends at once where going back would take for ever', () => {
    expect(matchesGlob('a'.repeat(2000), `${'*a'.repeat(100)}b`)).toBe(false);
    expect(matchesGlob(`${'a/'.repeat(500)}a`, `${'**/'.repeat(100)}b`)).toBe(false);
  });
});

describe('isGlob', () => {
  it.each(['*', 'a?', 'sub/**/x'])('is true of %s', (text) => expect(isGlob(text)).toBe(true));
  it.each(['', 'x.gguf', '[a]', '{a,b}'])('is false of %j', (text) => expect(isGlob(text)).toBe(false));
});

function asRegExp(glob: string): RegExp {
  const parts = glob.replace(/\*\*\/$/, '**').match(/\*\*\/?|\*|\?|[^*?]/gu) ?? [];
  return new RegExp(`^${parts.map(partAsRegExp).join('')}$`, 'su');
}

function partAsRegExp(part: string): string {
  if (part === '**/') return '(?:(?:(?<=^|/))|.*/)';
  if (part === '**') return '.*';
  if (part === '*') return '[^/]*';
  if (part === '?') return '[^/]';
  return part.replace(/[.+(){}|\\^$[\]/]/g, '\\$&');
}
