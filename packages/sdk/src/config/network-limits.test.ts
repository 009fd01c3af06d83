import { describe, expect, it } from 'vitest';
import { networkLimits } from './network-limits.ts';

describe('limits of the network', () => {
  it('are none unless they are set', () => {
    expect(networkLimits(undefined, undefined)).toEqual({});
  });

  it.each([
    ['500k', 500_000],
    ['10M', 10_000_000],
    ['1.5 MB/s', 1_500_000],
    ['1g', 1_000_000_000],
    [20_000, 20_000],
  ])('read %s', (given, limitRate) => {
    expect(networkLimits('4', given)).toEqual({ maxConnections: 4, limitRate });
  });

  it.each(['', 'fast', '-1', '1', '9999', '10T', '1e9', 'Infinity', '9'.repeat(30)])('refuse the rate “%s”', (given) => {
    expect(() => networkLimits(undefined, given)).toThrow(expect.objectContaining({ code: 'E_USAGE', hint: expect.stringContaining('10M') }));
  });

  it.each(['0', '65', '1.5', 'many', -1])('refuse %s connections', (given) => {
    expect(() => networkLimits(given, undefined)).toThrow(expect.objectContaining({ code: 'E_USAGE', hint: expect.stringContaining('64') }));
  });
});
