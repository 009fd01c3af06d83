import { describe, expect, it } from 'vitest';
import { migrateText } from '../../src/config/migrate-text.ts';
import { parseConfig } from '../../src/config/parse-config.ts';

const lines = (count: number, line: (index: number) => string): string => Array.from({ length: count }, (_value, index) => line(index)).join('\n');
const BOMB = [
  'a: &a [x, x, x, x, x, x, x, x, x, x]',
  ...[...'bcdefghi'].map((name, index) => `${name}: &${name} [${Array(10).fill(`*${'abcdefgh'[index]}`).join(', ')}]`),
];

/** What would take minutes, gigabytes or the whole stack elsewhere is an error here, and migrating it is the same error. */
describe('a hostile file', () => {
  it.each<[string, string, RegExp]>([
    ['aliases that multiply', BOMB.join('\n'), /without end/],
    ['lists in lists', '['.repeat(20_000), /64 structures within each other/],
    ['mappings in mappings', '{'.repeat(20_000), /64 structures within each other/],
    ['mappings in mappings, by indentation', lines(300, (index) => `${' '.repeat(index)}a:`), /64 structures within each other/],
    ['keys that are keys', '? '.repeat(20_000), /64 structures within each other/],
    ['list items on one line', '- '.repeat(20_000), /64 structures within each other/],
    ['an alias of itself', 'a: &a\n  b: *a\n', /without end/],
    ['a key that is a list', '[a, b]: c', /key has to be a word/],
    ['a tag of another language', 'a: !!python/object/apply:os.system [x]', /Unresolved tag/],
    ['a key twice', 'models:\n  dir: a\n  pull: never\n  dir: b\n', /“dir” is here a second time; first on line 2/],
    ['two documents', 'a: 1\n---\nb: 2\n', /one document/],
    ['a list', '- a\n- b\n', /mapping of sections/],
    ['a word', 'hello', /mapping of sections/],
    ['a file that is too large', `# ${'x'.repeat(300 * 1024)}`, /256 Ki/],
    ['a quote without an end', 'a: "b', /[Mm]issing closing/],
  ])('with %s is refused', (_what, text, says) => {
    expect(parseConfig(text)).toEqual({ problem: { line: expect.any(Number), column: expect.any(Number), message: expect.stringMatching(says) } });
    expect(migrateText(text)).toEqual(parseConfig(text));
  });

  it.each([
    ['many keys', lines(20_000, (index) => `k${index}: 1`)],
    ['many anchors', lines(10_000, (index) => `k${index}: &a${index} x`)],
    ['one long line', `a: ${'x'.repeat(200_000)}`],
    ['many comments', lines(20_000, () => '# x')],
  ])('with %s is read', (_what, text) => {
    expect(parseConfig(text)).not.toHaveProperty('problem');
  });

  it('changes no prototype', () => {
    const read = parseConfig('version: 2.0.0\n__proto__: {polluted: true}\nmodels: {aliases: {__proto__: {model: x}, constructor: y}}\n');
    expect(read).not.toHaveProperty('problem');
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Reflect.get({}, 'model')).toBeUndefined();
  });
});
