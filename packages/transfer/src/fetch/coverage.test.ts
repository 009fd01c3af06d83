import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ByteRange, type Coverage, createCoverage, joinRanges, SEGMENT_SIZE, type Segment } from './coverage.ts';

const MIB = 1024 * 1024;

/** A blob's size and what of it is there, in any order, overlapping as it likes. */
const partial = fc.integer({ min: 1, max: 300 * MIB }).chain((size) => {
  const at = fc.nat(size);
  const range = fc.tuple(at, at).map(([a, b]): ByteRange => [Math.min(a, b), Math.max(a, b)]);
  return fc.record({
    size: fc.constant(size),
    present: fc.array(
      range.filter(([from, to]) => from < to),
      { maxLength: 8 },
    ),
  });
});

const lengthOf = (ranges: readonly ByteRange[]): number => ranges.reduce((sum, [from, to]) => sum + to - from, 0);

describe('joinRanges', () => {
  it('joins what overlaps or touches, in order', () => {
    expect(
      joinRanges([
        [10, 20],
        [0, 5],
        [5, 7],
        [15, 30],
        [12, 13],
      ]),
    ).toEqual([
      [0, 7],
      [10, 30],
    ]);
  });

  it('holds exactly the bytes that it was given', () => {
    const small = fc.array(fc.tuple(fc.nat(40), fc.nat(10)).map(([from, length]): ByteRange => [from, from + length + 1]));
    fc.assert(
      fc.property(small, (ranges) => {
        const bytes = (all: readonly ByteRange[]) => new Set(all.flatMap(([from, to]) => Array.from({ length: to - from }, (_, index) => from + index)));
        const joined = joinRanges(ranges);
        expect(bytes(joined)).toEqual(bytes(ranges));
        for (const [index, [from]] of joined.entries()) expect(from).toBeGreaterThan(joined[index - 1]?.[1] ?? -1);
      }),
    );
  });
});

describe('a coverage', () => {
  it('of nothing present gives one segment: one connection alone is best served by one request', () => {
    const coverage = createCoverage(100 * MIB);
    expect(coverage.take()).toEqual({ start: 0, end: 100 * MIB, done: 0 });
    expect(coverage.take()).toBeUndefined();
    expect(coverage.frontier()).toBe(0);
  });

  it('leaves a segment that is divided its next bytes', () => {
    const coverage = createCoverage(100 * MIB);
    const first = coverage.take() as Segment;
    first.done = 10 * MIB;
    coverage.divide();
    expect(first.end).toBe(10 * MIB + SEGMENT_SIZE);
    expect(coverage.take()).toEqual({ start: first.end, end: first.end + SEGMENT_SIZE, done: 0 });
  });

  it('takes a segment back for the next who asks', () => {
    const coverage = createCoverage(10);
    const segment = coverage.take() as Segment;
    expect(coverage.waits()).toBe(false);
    segment.done = 3;
    coverage.giveBack(segment);
    expect(coverage.waits()).toBe(true);
    expect(coverage.take()).toBe(segment);
  });

  it('starts with what is present, and with no byte more', () => {
    fc.assert(
      fc.property(partial, ({ size, present }) => {
        const coverage = createCoverage(size, present);
        const joined = joinRanges(present);
        expect(coverage.ranges()).toEqual(joined);
        expect(coverage.total()).toBe(lengthOf(joined));
        expect(coverage.frontier()).toBe(joined[0]?.[0] === 0 ? joined[0][1] : 0);
      }),
    );
  });

  it('hands out each missing byte exactly once, however it is divided on the way', () => {
    fc.assert(
      fc.property(partial, fc.array(step, { maxLength: 30 }), ({ size, present }, steps) => {
        const coverage = createCoverage(size, present);
        const fetched = play(coverage, steps);
        expect(lengthOf(fetched)).toBe(size - lengthOf(joinRanges(present)));
        expect(joinRanges([...present, ...fetched])).toEqual([[0, size]]);
        expect(coverage.frontier()).toBe(size);
        expect(coverage.total()).toBe(size);
        expect(coverage.waits()).toBe(false);
      }),
    );
  });
});

/** What a connection does: fetches so many bytes, breaks, or shares what is left. */
const step = fc.oneof(fc.constantFrom('break' as const, 'share' as const), fc.nat(40 * MIB));

/** Plays the steps, then fetches all that is left. @returns what was fetched, in order */
function play(coverage: Coverage, steps: readonly (number | 'break' | 'share')[]): readonly ByteRange[] {
  const fetched: ByteRange[] = [];
  let segment = coverage.take();
  let frontier = coverage.frontier();
  for (const one of steps) {
    if (one === 'share') coverage.divide();
    if (one === 'break' && segment) {
      if (segment.start + segment.done < segment.end) coverage.giveBack(segment);
      segment = coverage.take();
    }
    if (typeof one === 'number' && segment) fetched.push(fetch(segment, one));
    expect(coverage.frontier()).toBeGreaterThanOrEqual(frontier);
    frontier = coverage.frontier();
  }
  for (; segment; segment = coverage.take()) fetched.push(fetch(segment, Number.POSITIVE_INFINITY));
  return fetched;
}

function fetch(segment: Segment, bytes: number): ByteRange {
  const from = segment.start + segment.done;
  const to = Math.min(segment.end, from + bytes);
  segment.done += to - from;
  return [from, to];
}
