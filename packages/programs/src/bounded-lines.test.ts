import { expect, it } from 'vitest';
import { boundedLines } from './bounded-lines.ts';

function split(pieces: readonly (string | Uint8Array)[], limit = 10): readonly (readonly [string, boolean])[] {
  const lines: (readonly [string, boolean])[] = [];
  const splitter = boundedLines(limit, (line, cut) => lines.push([line, cut]));
  for (const piece of pieces) splitter.take(typeof piece === 'string' ? Buffer.from(piece) : piece);
  splitter.end();
  return lines;
}

it('splits wherever the pieces end, also within a character', () => {
  expect(split(['a\nb', 'c\n', '\n', 'd'])).toEqual([
    ['a', false],
    ['bc', false],
    ['', false],
    ['d', false],
  ]);
  expect(split([Buffer.from([0xc3]), Buffer.from([0xa4, 0x0a])])).toEqual([['ä', false]]);
});

it('cuts long lines, and goes on with the next', () => {
  expect(split(['0123456', '789abc\nshort\n'])).toEqual([
    ['0123456789', true],
    ['short', false],
  ]);
});
