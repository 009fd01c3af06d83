import { describe, expect, it } from 'vitest';
import { connectionsAt, createPace } from './pace.ts';

describe('a pace', () => {
  it('makes all who share it wait for the bytes of all', () => {
    let now = 0;
    const pace = createPace(1000, () => now);
    expect([pace(500), pace(500)]).toEqual([500, 1000]);
    now = 600;
    expect(pace(100)).toBe(500);
  });

  it('saves nothing up', () => {
    let now = 0;
    const pace = createPace(1000, () => now);
    now = 60_000;
    expect(pace(1000)).toBe(1000);
  });

  it('is none without a rate', () => {
    expect(createPace(undefined)(1e9)).toBe(0);
  });

  it('leaves room for fewer connections', () => {
    expect([connectionsAt(undefined, 8), connectionsAt(10_000, 8), connectionsAt(2_500_000, 8), connectionsAt(1e9, 8)]).toEqual([8, 1, 3, 8]);
  });
});
