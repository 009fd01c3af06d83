import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { watchForStalls } from './stall-watch.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Bytes that come each second, and when the watch calls that a stall. */
function stallOf(bytesAt: (second: number) => number, { isHeld = (): boolean => false, seconds = 300 } = {}): number | undefined {
  let stalledAt: number | undefined;
  let second = 0;
  const watch = watchForStalls({ stallAfter: 30_000, isHeld, onStall: () => (stalledAt ??= second) });
  for (; second < seconds && stalledAt === undefined; second++) {
    watch.count(bytesAt(second));
    vi.advanceTimersByTime(1000);
  }
  watch.stop();
  return stalledAt;
}

describe('a connection', () => {
  it('that brings nothing stalls after the time that is borne', () => {
    expect(stallOf(() => 0)).toBe(29);
  });

  it('that stops in the middle stalls as long after its last byte', () => {
    expect(stallOf((second) => (second < 100 ? 1_000_000 : 0))).toBe(129);
  });

  it('that trickles stalls, however steadily', () => {
    expect(stallOf(() => 1)).toBe(29);
    expect(stallOf(() => 1000)).toBe(29);
    expect(stallOf((second) => (second < 100 ? 1_000_000 : 10))).toBe(149);
  });

  it.each([1024, 2000, 1_000_000])('of %d bytes a second goes on', (speed) => {
    expect(stallOf(() => speed)).toBeUndefined();
  });

  it('that comes in bursts goes on', () => {
    expect(stallOf((second) => (second % 25 === 0 ? 100_000 : 0))).toBeUndefined();
  });

  it('that this side holds up does not stall', () => {
    expect(stallOf(() => 0, { isHeld: () => true })).toBeUndefined();
  });
});
