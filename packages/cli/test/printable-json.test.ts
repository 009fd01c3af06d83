import { describe, expect, it } from 'vitest';
import { printableJson } from '../src/present/printable.ts';

describe('JSON for a terminal', () => {
  it.each(['\u001b[2J', '\u009b2J', '\u007f', 'a\u202eb', '\u2028', '\u{e0001}tag', 'é 漢 😀', '"\\u009b"', 'plain'])(
    'keeps the value %j, and steers nothing',
    (text) => {
      const json = printableJson({ [text]: [text, { deep: text }] });
      expect(JSON.parse(json)).toEqual({ [text]: [text, { deep: text }] });
      expect(json.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
    },
  );

  it('leaves what steers nothing as it is', () => {
    expect(printableJson({ name: 'é 漢 😀' }, 0)).toBe('{"name":"é 漢 😀"}');
  });
});
