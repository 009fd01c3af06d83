import { describe, expect, it } from 'vitest';
import { parseUnambiguousJson } from './unambiguous-json.ts';

describe('JSON that everybody reads the same', () => {
  it.each(['{"a":{"b":1},"c":{"b":1}}', '[{"a":1},{"a":2}]', '{"a":"\\"a\\":","b":"\\\\"}', '{"a\\\\":1,"a":"{[:"}', '"a"', '{}'])('takes %s', (text) => {
    expect(parseUnambiguousJson(text)).toEqual(JSON.parse(text));
  });

  it.each(['{"a":1,"a":1}', '{"x":[{"a":1,"b":"\\\\","a":2}]}', '{"a":1,"\\u0061":2}', '{"a\\"":1,"a\\"":2}', '{"a":"\\\\\\"","a":1}'])(
    'refuses %s',
    (text) => {
      expect(() => parseUnambiguousJson(text)).toThrow(/twice/);
    },
  );

  it('refuses what is nested deep', () => expect(() => parseUnambiguousJson('['.repeat(40) + ']'.repeat(40))).toThrow(/deep/));

  it('reads strings of many megabytes, as signatures of many files have', () => {
    const text = 'x'.repeat(15_000_000);
    expect(parseUnambiguousJson(JSON.stringify({ text, more: text.slice(0, 9) }))).toMatchObject({ more: 'xxxxxxxxx' });
  });
});
