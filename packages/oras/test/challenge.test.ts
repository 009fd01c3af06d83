import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseChallenges } from '../src/remote/challenge.ts';

describe('parseChallenges', () => {
  it.each([
    ['Basic realm="x"', [{ scheme: 'basic', parameters: { realm: 'x' } }]],
    [
      'bearer Realm="https://a/t",service="s",scope="repository:a/b:pull,push"',
      [{ scheme: 'bearer', parameters: { realm: 'https://a/t', service: 's', scope: 'repository:a/b:pull,push' } }],
    ],
    [
      'Negotiate, Basic realm="a, \\"b\\"", Bearer realm=t',
      [
        { scheme: 'negotiate', parameters: {} },
        { scheme: 'basic', parameters: { realm: 'a, "b"' } },
        { scheme: 'bearer', parameters: { realm: 't' } },
      ],
    ],
    ['Bearer', [{ scheme: 'bearer', parameters: {} }]],
    ['', []],
    [undefined, []],
  ])('reads %j', (header, expected) => {
    expect(parseChallenges(header)).toEqual(expected);
  });

  it('ends on any text, and soon', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2000 }), (header) => {
        expect(Array.isArray(parseChallenges(header))).toBe(true);
      }),
    );
    const started = performance.now();
    parseChallenges(`Bearer ${'a="\\'.repeat(20_000)}`);
    parseChallenges(' ,'.repeat(50_000));
    expect(performance.now() - started).toBeLessThan(2000);
  });
});
