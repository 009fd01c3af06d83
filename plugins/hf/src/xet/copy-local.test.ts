import { expect, it } from 'vitest';
import { HASH } from './codec/hashes.ts';
import { planCopies } from './copy-local.ts';
import type { LocalRun } from './cut-older.ts';
import { createLeaves, type Leaves } from './leaves.ts';
import type { PlacedTerm } from './plan.ts';

const run = (start: number, at: number, lengths: readonly number[]): LocalRun => ({
  xorb: 'x',
  start,
  end: start + lengths.length,
  at,
  lengths,
  hashes: Buffer.concat(lengths.map((_, index) => Buffer.alloc(HASH, start + index))),
});
const term = (start: number, end: number, at: number, length: number): PlacedTerm => ({ xorb: 'x', start, end, at, length });
const runs = [run(0, 0, [10, 20, 30]), run(3, 100, [40, 50])];

it('copies what lies together at once', () => {
  expect(planCopies([term(0, 2, 7, 30), term(2, 3, 37, 30)], runs, createLeaves())).toEqual([{ from: 0, length: 60, to: 7 }]);
});

it('goes on in another part of the older file', () => {
  expect(planCopies([term(1, 4, 0, 90)], runs, createLeaves())).toEqual([
    { from: 10, length: 50, to: 0 },
    { from: 100, length: 40, to: 50 },
  ]);
});

it('notes the chunks of each term', () => {
  const noted: unknown[] = [];
  const leaves: Leaves = {
    put: ({ at }, from, { lengths, hashes }) => noted.push([at, from, lengths, [...hashes].filter((_, index) => index % HASH === 0)]),
    root: () => '',
  };
  planCopies([term(1, 4, 5, 90)], runs, leaves);
  expect(noted).toEqual([
    [5, 0, [20, 30], [1, 2]],
    [5, 2, [40], [3]],
  ]);
});

it.each([
  ['whose chunks come to other bytes', term(0, 2, 0, 31)],
  ['with a chunk that is not here', term(4, 6, 0, 60)],
])('copies nothing for a term %s', (_what, wrong) => {
  expect(planCopies([term(0, 2, 0, 30), wrong], runs, createLeaves())).toBeUndefined();
});
