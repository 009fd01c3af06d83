import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPassing, MOST_RETRIES, retryDelay } from './retry-policy.ts';

const NOW = Date.UTC(2026, 10, 24, 12, 0, 0);

describe('isPassing', () => {
  it.each([408, 425, 429, 500, 502, 503, 504, 599])('%d may be another next time', (status) => expect(isPassing(status)).toBe(true));
  it.each([200, 206, 301, 400, 401, 403, 404, 409, 410, 416, 451])('%d stays', (status) => expect(isPassing(status)).toBe(false));
});

describe('retryDelay', () => {
  it.each<readonly [Readonly<Record<string, string>>, number]>([
    [{ 'retry-after': '0' }, 0],
    [{ 'retry-after': '7' }, 7000],
    [{ 'retry-after': ' 7 ' }, 7000],
    [{ 'retry-after': '3600' }, 60_000],
    [{ 'retry-after': '999999999' }, 60_000],
    [{ 'retry-after': 'Tue, 24 Nov 2026 12:00:09 GMT' }, 9000],
    [{ 'retry-after': 'Tuesday, 24-Nov-26 12:00:09 GMT' }, 9000],
    [{ 'retry-after': 'Tue Nov 24 12:00:09 2026 GMT' }, 9000],
    [{ 'retry-after': 'Tue, 24 Nov 2026 11:00:00 GMT' }, 0],
    [{ 'retry-after': 'Wed, 24 Nov 2027 12:00:00 GMT' }, 60_000],
    [{ ratelimit: '"api";r=0;t=12' }, 13_000],
    [{ ratelimit: '"api";r=0;t=1200' }, 60_000],
    [{ 'retry-after': '2', ratelimit: '"api";r=0;t=12' }, 2000],
  ])('is what the server asks for: %j', (headers, expected) => {
    expect(retryDelay(1, headers, NOW)).toBe(expected);
  });

  it.each<Readonly<Record<string, string>>>([
    {},
    { 'retry-after': 'soon' },
    { 'retry-after': '-5' },
    { 'retry-after': '1.5' },
    { 'retry-after': 'in 5' },
    { 'retry-after': '' },
    { ratelimit: '"api";r=5;t=12' },
    { ratelimit: '"api";r=05;t=12' },
    { ratelimit: 'nonsense' },
  ])('doubles with jitter where the server asks for nothing: %j', (headers) => {
    for (let attempt = 1; attempt <= 10; attempt++) {
      const middle = Math.min(250 * 2 ** (attempt - 1), 8000);
      const delay = retryDelay(attempt, headers, NOW);
      expect(delay).toBeGreaterThanOrEqual(middle * 0.75);
      expect(delay).toBeLessThanOrEqual(middle * 1.25);
    }
  });

  it('is never the same for all who wait', () => {
    expect(new Set(Array.from({ length: 20 }, () => retryDelay(3))).size).toBeGreaterThan(1);
  });

  it('is a bearable time, whatever the server says', () => {
    const header = fc.oneof(fc.string({ unit: 'binary' }), fc.integer().map(String), fc.date({ noInvalidDate: false }).map(String));
    fc.assert(
      fc.property(header, header, fc.integer({ min: 1, max: MOST_RETRIES }), (wish, limit, attempt) => {
        const delay = retryDelay(attempt, { 'retry-after': wish, ratelimit: limit });
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThanOrEqual(60_000);
      }),
    );
  });
});
