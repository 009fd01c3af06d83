import { describe, expect, it } from 'vitest';
import { planDelivery } from './plan.ts';
import type { SignedRange, Term } from './reconstruction.ts';

const term = (xorb: string, start: number, end: number, length = (end - start) * 10): Term => ({ xorb, start, end, length });
const range = (xorb: string, start: number, end: number): SignedRange => ({ xorb, url: `${xorb}${start}`, start, end, from: start * 8, to: end * 8 });

describe('the plan of a delivery', () => {
  it('takes what the older file has, and fetches each range once for all of its terms', () => {
    const wanted = {
      terms: [term('old', 0, 5), term('new', 0, 1), term('old', 6, 9), term('new', 1, 2), term('new', 0, 1)],
      ranges: [range('old', 0, 9), range('new', 0, 2)],
    };
    const plan = planDelivery(wanted, [term('old', 0, 9)]);
    expect(plan.local).toEqual([
      { ...term('old', 0, 5), at: 0 },
      { ...term('old', 6, 9), at: 60 },
    ]);
    expect(plan.remote).toEqual([
      {
        range: range('new', 0, 2),
        terms: [
          { ...term('new', 0, 1), at: 50 },
          { ...term('new', 1, 2), at: 90 },
          { ...term('new', 0, 1), at: 100 },
        ],
      },
    ]);
    expect(plan.bytes).toBe(16);
  });

  it('joins neighbouring terms of the older file', () => {
    const wanted = { terms: [term('old', 2, 8)], ranges: [range('old', 0, 9)] };
    expect(planDelivery(wanted, [term('old', 5, 9), term('old', 0, 5)]).remote).toEqual([]);
  });

  it('fetches a term of which the older file lacks a chunk', () => {
    const wanted = { terms: [term('old', 2, 8)], ranges: [range('old', 0, 9)] };
    expect(planDelivery(wanted, [term('old', 0, 5), term('old', 6, 9)])).toMatchObject({ local: [], bytes: 72 });
  });

  it('finds the range of a term among those that overlap', () => {
    const wanted = { terms: [term('new', 4, 6)], ranges: [range('new', 0, 20), range('new', 3, 5), range('new', 5, 9)] };
    expect(planDelivery(wanted, []).remote[0]?.range).toEqual(range('new', 0, 20));
  });

  it.each([[[]], [[range('new', 0, 3)]], [[range('other', 0, 9)]]])('refuses terms without an address', (ranges) => {
    expect(() => planDelivery({ terms: [term('new', 2, 4)], ranges }, [])).toThrow(expect.objectContaining({ code: 'E_REGISTRY' }));
  });

  it('takes no longer than a moment for very many terms of one xorb', () => {
    const many = Array.from({ length: 100_000 }, (_, index) => index);
    const wanted = { terms: many.map((index) => term('new', index, index + 1)), ranges: many.map((index) => range('new', index, index + 2)) };
    const started = performance.now();
    planDelivery(
      wanted,
      many.map((index) => term('new', index * 2 + 1, index * 2 + 2)),
    );
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
