import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeChoices, type FileFilters, selectFiles } from './select-files.ts';

const REPOSITORY = [
  'config.json',
  'README.md',
  'm-Q4_K_M.gguf',
  'm-Q8_0-00001-of-00002.gguf',
  'm-Q8_0-00002-of-00002.gguf',
  'mmproj-F16.gguf',
  'sub/m-Q4_K_M.gguf',
  'sub/tokenizer.json',
  'subway/x.bin',
  'odd*name.bin',
  'odd-name.bin',
].map((path) => ({ path }));

function select(selector?: string, filters?: FileFilters): readonly string[] {
  return selectFiles(REPOSITORY, selector, filters).map(({ path }) => path);
}

describe('selectFiles', () => {
  it('takes all without a selector', () => {
    expect(select()).toEqual(REPOSITORY.map(({ path }) => path));
  });

  it.each([
    ['a quantisation, in folders too', 'q4_k_m', ['m-Q4_K_M.gguf', 'mmproj-F16.gguf', 'sub/m-Q4_K_M.gguf']],
    ['a quantisation in several shards', 'Q8_0', ['m-Q8_0-00001-of-00002.gguf', 'm-Q8_0-00002-of-00002.gguf', 'mmproj-F16.gguf']],
    ['a shard, with its set', 'm-Q8_0-00002-of-00002.gguf', ['m-Q8_0-00001-of-00002.gguf', 'm-Q8_0-00002-of-00002.gguf']],
    ['a shard by a glob, with its set', '*-00001-of-*.gguf', ['m-Q8_0-00001-of-00002.gguf', 'm-Q8_0-00002-of-00002.gguf']],
    ['a file alone', 'm-Q4_K_M.gguf', ['m-Q4_K_M.gguf']],
    ['a file in a folder', 'sub/tokenizer.json', ['sub/tokenizer.json']],
    ['a folder', 'sub', ['sub/m-Q4_K_M.gguf', 'sub/tokenizer.json']],
    ['a folder with its slash', 'sub/', ['sub/m-Q4_K_M.gguf', 'sub/tokenizer.json']],
    ['a glob', '*.json', ['config.json', 'sub/tokenizer.json']],
    ['a name that looks like a glob', 'odd*name.bin', ['odd*name.bin']],
    ['nothing', 'Q5_K_M', []],
    ['nothing by part of a name', 'm-Q4', []],
    ['nothing by case', 'CONFIG.JSON', []],
  ])('takes %s', (_what, selector, paths) => {
    expect(select(selector)).toEqual(paths);
  });

  it('narrows by what to include and what to leave out', () => {
    expect(select(undefined, { include: ['*.json', 'README.md'] })).toEqual(['config.json', 'README.md', 'sub/tokenizer.json']);
    expect(select(undefined, { include: ['*.json'], exclude: ['sub'] })).toEqual(['config.json']);
    expect(select('Q4_K_M', { exclude: ['sub/**'] })).toEqual(['m-Q4_K_M.gguf', 'mmproj-F16.gguf']);
    expect(select(undefined, { exclude: ['**'] })).toEqual([]);
  });

  it('keeps order and files, whatever is asked', () => {
    const selector = fc.option(
      fc.oneof(fc.constantFrom(...REPOSITORY.map(({ path }) => path)), fc.string(), fc.constantFrom('*', '**', 'Q8_0', '?*', 'sub/*')),
      {
        nil: undefined,
      },
    );
    fc.assert(
      fc.property(selector, fc.array(fc.string()), (one, exclude) => {
        const chosen = selectFiles(REPOSITORY, one, { exclude });
        expect(chosen).toEqual(REPOSITORY.filter((file) => chosen.includes(file)));
        // What a selection takes, it takes again of the selection alone.
        expect(selectFiles(chosen, one, { exclude })).toEqual(chosen);
      }),
    );
  });
});

describe('describeChoices', () => {
  it('names quantisations, each once and sorted', () => {
    expect(describeChoices(REPOSITORY)).toBe('It has the quantisations F16, Q4_K_M, Q8_0.');
  });

  it('names files where there are no quantisations', () => {
    expect(describeChoices([{ path: 'b' }, { path: 'a' }])).toBe('It has a, b.');
  });

  it('does not name hundreds', () => {
    const many = Array.from({ length: 15 }, (_, index) => ({ path: `file-${String(index).padStart(2, '0')}` }));
    const line = describeChoices(many.toReversed());
    expect(line).toMatch(/^It has file-00, .*file-11, and 3 more\.$/);
    expect(line).not.toContain('file-12');
  });

  it('says when there is nothing', () => {
    expect(describeChoices([])).toBe('It has no files.');
  });
});
