import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compareVersions, highestVersion } from './compare-versions.ts';

const numbers = fc.array(fc.nat(30), { minLength: 1, maxLength: 4 }).map((parts) => parts.join('.'));
const suffix = fc.oneof(
  fc.constant(''),
  fc.nat(2_000_000_000).map((build) => `-${build}`),
  fc.constantFrom('-rc1', '-rc10', '-rc2', 'a1', '-beta', '.dev0', '+x', '_1', '-'),
);
const version = fc.tuple(fc.constantFrom('', 'v'), numbers, suffix).map((parts) => parts.join(''));
const anyName = fc.oneof(version, fc.constantFrom('main', 'latest', 'V1', 'v', ''), fc.string());

describe('compareVersions', () => {
  it.each([
    ['v1.0', 'v1.1'],
    ['1.9', '1.10'],
    ['9', 'v10'],
    ['1.2', '1.2.1'],
    ['1.2-rc1', '1.2'],
    ['1.2-rc2', '1.2-rc10'],
    ['1.2', '1.2-1728663941'],
    ['1.2-1728663941', '1.2-1728663942'],
    ['1.2-9', '1.2-10'],
    ['1.2-rc1', '1.2-1'],
    ['1.0rc1', '1.0'],
    ['1.2-1728663941', '1.3-rc1'],
  ])('%s comes before %s', (a, b) => {
    expect(compareVersions(a, b)).toBeLessThan(0);
    expect(compareVersions(b, a)).toBeGreaterThan(0);
  });

  it.each([
    ['v1.0', '1.0'],
    ['1', '1.0.0'],
    ['1.01', '1.1'],
    ['1.2-', '1.2'],
  ])('%s and %s are equal', (a, b) => {
    expect(compareVersions(a, b)).toBe(0);
  });

  it.each(['main', 'latest', '', 'v', 'V1', 'x1', '-1', '.1', 'refs/pr/3', '1234567890123456', '1/2'])('%j takes no part', (name) => {
    expect(compareVersions(name, '1.0')).toBeUndefined();
    expect(compareVersions('1.0', name)).toBeUndefined();
    expect(compareVersions(name, name)).toBeUndefined();
  });

  it('is a total order of what takes part', () => {
    fc.assert(
      fc.property(version, version, version, (a, b, c) => {
        const [ab, bc, ac] = [compareVersions(a, b), compareVersions(b, c), compareVersions(a, c)] as [number, number, number];
        expect(compareVersions(a, a)).toBe(0);
        expect(Math.sign(ab) + Math.sign(compareVersions(b, a) ?? Number.NaN)).toBe(0);
        if (ab <= 0 && bc <= 0) expect(ac).toBeLessThanOrEqual(0);
        if (ab === 0) expect(Math.sign(bc)).toBe(Math.sign(ac));
      }),
      { numRuns: 1000 },
    );
  });
});

describe('highestVersion', () => {
  it('takes the highest of what takes part', () => {
    expect(highestVersion(['main', 'v1.2', 'v1.10', 'v1.10-rc1', 'latest'])).toBe('v1.10');
  });

  it('is none where nothing does', () => {
    expect(highestVersion(['main', 'latest'])).toBeUndefined();
    expect(highestVersion([])).toBeUndefined();
  });

  it('is one of the names, and no other is higher, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.array(anyName, { maxLength: 8 }), (names) => {
        const highest = highestVersion(names);
        const takingPart = names.filter((name) => compareVersions(name, name) !== undefined);
        expect(highest === undefined).toBe(takingPart.length === 0);
        if (highest === undefined) return;
        expect(names).toContain(highest);
        for (const name of takingPart) expect(compareVersions(highest, name)).toBeGreaterThanOrEqual(0);
        expect(compareVersions(highestVersion(names.toReversed()) ?? '', highest)).toBe(0);
      }),
    );
  });
});
