import { describe, expect, it } from 'vitest';
import { readReconstruction } from './reconstruction.ts';

const [A, B] = ['a'.repeat(64), 'b'.repeat(64)];
const URL = 'https://transfer.example/xorbs/a?Signature=1';
const terms = [
  { hash: A, unpacked_length: 100_000, range: { start: 1, end: 3 } },
  { hash: B, unpacked_length: 7, range: { start: 0, end: 1 } },
];
const SIZE = 100_007;
const second = {
  offset_into_first_range: 0,
  terms,
  xorbs: { [A]: [{ url: URL, ranges: [{ chunks: { start: 1, end: 3 }, bytes: { start: 40, end: 99 } }] }], [B]: [] },
};
const first = { terms, fetch_info: { [A]: [{ url: URL, range: { start: 1, end: 3 }, url_range: { start: 40, end: 99 } }], [B]: [] } };

it('reads both versions of the API alike', () => {
  const read = readReconstruction(second, SIZE);
  expect(read).toEqual({
    terms: [
      { xorb: A, start: 1, end: 3, length: 100_000 },
      { xorb: B, start: 0, end: 1, length: 7 },
    ],
    ranges: [{ xorb: A, url: URL, start: 1, end: 3, from: 40, to: 100 }],
  });
  expect(readReconstruction(first, SIZE)).toEqual(read);
});

it('reads several ranges behind one address', () => {
  const ranges = [0, 5, 9].map((start) => ({ chunks: { start, end: start + 1 }, bytes: { start: start * 10, end: start * 10 + 9 } }));
  expect(readReconstruction({ ...second, xorbs: { [A]: [{ url: URL, ranges }] } }, SIZE).ranges).toHaveLength(3);
});

describe('refuses', () => {
  const term = (more: object): object => ({ ...second, terms: [{ ...terms[0], ...more }, terms[1]] });
  const range = (chunks: unknown, bytes: unknown = { start: 0, end: 1 }): object => ({
    ...second,
    xorbs: { [A]: [{ url: URL, ranges: [{ chunks, bytes }] }] },
  });

  it.each<[string, unknown]>([
    ['what is no object', []],
    ['no terms', { xorbs: {} }],
    ['no addresses', { terms }],
    ['one that begins in the middle', { ...second, offset_into_first_range: 3 }],
    ['another size', term({ unpacked_length: 99_999 })],
    ['a negative length', term({ unpacked_length: -7 })],
    ['a length beyond what its chunks can have', term({ unpacked_length: 2 * 128 * 1024 + 1 })],
    ['fewer bytes than chunks', term({ unpacked_length: 1 })],
    ['a length that is text', term({ unpacked_length: '100000' })],
    ['no chunks', term({ range: { start: 3, end: 3 } })],
    ['chunks backwards', term({ range: { start: 3, end: 1 } })],
    ['half a chunk', term({ range: { start: 1.5, end: 3 } })],
    ['a chunk beyond any xorb', term({ range: { start: 1, end: 2 ** 40 } })],
    ['a xorb that is none', term({ hash: '../../etc' })],
    ['an address of a xorb that is none', { ...second, xorbs: { __proto: [] } }],
    ['an address that is none', { ...second, xorbs: { [A]: [{ url: 7, ranges: [{ chunks: { start: 0, end: 1 }, bytes: { start: 0, end: 1 } }] }] } }],
    ['a range without bytes', range({ start: 0, end: 1 }, { start: 5, end: 4 })],
    ['a range beyond any xorb', range({ start: 0, end: 1 }, { start: 0, end: 2 ** 50 })],
    ['a range without chunks', range({ start: 1, end: 1 })],
  ])('%s', (_what, body) => {
    expect(() => readReconstruction(body, SIZE)).toThrow(expect.objectContaining({ code: 'E_REGISTRY' }));
  });
});
