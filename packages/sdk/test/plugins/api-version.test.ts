import { describe, expect, it } from 'vitest';
import { apiVersionProblem } from '../../src/plugins/apart/api-version.ts';

describe('the version of the plugin API that a plugin is made for', () => {
  it('is good when this host speaks it', () => {
    expect(apiVersionProblem(1)).toBeUndefined();
    expect([1, 2, 3].map((version) => apiVersionProblem(version, { oldest: 2, newest: 3 }) === undefined)).toEqual([false, true, true]);
  });

  it.each<readonly [string, unknown, RegExp]>([
    ['newer', 4, /made for plugin API 4, and this ilab has 2 to 3: update ilab, or take an older version of the plugin$/],
    ['older', 1, /made for plugin API 1, and this ilab has 2 to 3: take a newer version of the plugin$/],
    ['missing', undefined, /doesn’t say for which plugin API/],
    ['a text', '2', /no whole number/],
    ['between two', 2.5, /no whole number/],
    ['no number', Number.NaN, /no whole number/],
  ])('is explained when it is %s', (_what, version, says) => {
    expect(apiVersionProblem(version, { oldest: 2, newest: 3 })).toMatch(says);
  });
});
