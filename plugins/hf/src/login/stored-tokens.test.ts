import { describe, expect, it } from 'vitest';
import { withoutToken, withToken } from './stored-tokens.ts';

const TWO = '[a]\nhf_token = one\nrefresh_token = r\nexpires_at = 7\n\n[b c]\nhf_token = two\n\n';

describe('stored tokens', () => {
  it('begin with the first', () => {
    expect(withToken('', { name: 'mine', secret: 's%1' })).toBe('[mine]\nhf_token = s%1\n\n');
  });

  it('keep the others as they are', () => {
    expect(withToken(TWO, { name: 'new', secret: 'three' })).toBe(`${TWO}[new]\nhf_token = three\n\n`);
    expect(withToken(TWO, { name: 'a', secret: 'three' })).toBe('[b c]\nhf_token = two\n\n[a]\nhf_token = three\n\n');
    expect(withoutToken(TWO, 'one')).toBe('[b c]\nhf_token = two\n\n');
    expect(withoutToken(TWO, 'none')).toBe(TWO);
  });

  it.each([
    ['x]\n[y', 'x   y'],
    ['DEFAULT', 'ilab'],
    [' ', 'ilab'],
  ])('take no name apart: %j', (name, section) => {
    expect(withToken('', { name, secret: 's' })).toBe(`[${section}]\nhf_token = s\n\n`);
  });
});
