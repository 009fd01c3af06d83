import { expect, it } from 'vitest';
import { wordsAfterDashes } from './words-after-dashes.ts';

it('takes what stands after --, and nothing that stands before', () => {
  expect(wordsAfterDashes(['-m', 'x'], [])).toEqual([]);
  expect(wordsAfterDashes(['-m', 'x', '--', '--dtype', 'auto', '--'], ['--dtype', 'auto', '--'])).toEqual(['--dtype', 'auto', '--']);
  expect(() => wordsAfterDashes(['granite', '--', '--dtype'], ['granite', '--dtype'])).toThrow(
    expect.objectContaining({ code: 'E_USAGE', hint: expect.stringContaining('--model granite') }),
  );
});
