import { describe, expect, it } from 'vitest';
import { rangeHeaders } from './range-answer.ts';

const GB = 1e9;

describe('a request', () => {
  it.each([
    ['the whole of a small file', { from: 0, end: 10, size: 10 }, undefined],
    ['the beginning', { from: 0, end: 9, size: 10 }, 'bytes=0-8'],
    ['the end', { from: 1, end: 10, size: 10 }, 'bytes=1-9'],
    ['the whole of a file that is sent in ranges only', { from: 0, end: 60 * GB, size: 60 * GB }, `bytes=0-${60 * GB - 1}`],
  ])('for %s has the range that it needs', (_what, asked, range) => {
    expect(rangeHeaders(asked)['range']).toBe(range);
  });

  it('never asks for another encoding', () => {
    expect(rangeHeaders({ from: 0, end: 1, size: 1 })['accept-encoding']).toBe('identity');
  });
});
