import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseFilePath, parseSize } from './parse-file.ts';

const refused = expect.objectContaining({ code: 'E_REGISTRY' });

describe('parseFilePath', () => {
  it.each(['config.json', 'sub dir/a#b.txt', '模型/größe.gguf', '.gitattributes', '..a', 'x'.repeat(255), `a/${'x'.repeat(255)}`])('takes %j', (path) => {
    expect(parseFilePath(path)).toBe(path);
  });

  it.each([
    '',
    '/etc/passwd',
    '../x',
    'a/../../x',
    'a//b',
    './a',
    'a/',
    'a/.',
    'a\\b',
    'a\u0000b',
    'a\nb',
    '\u001b[31m',
    'x'.repeat(256),
    `${'a/'.repeat(512)}x`,
    '\ud800',
    7,
    null,
    undefined,
  ])('refuses %j', (path) => {
    expect(() => parseFilePath(path)).toThrow(refused);
  });
});

describe('a hostile name', () => {
  const { names } = JSON.parse(readFileSync(new URL('../../core/hostile/names.json', import.meta.url), 'utf8')) as {
    readonly names: readonly { readonly name: string; readonly refused?: true }[];
  };

  it.each(names)('has one verdict: $name', ({ name, refused: isRefused }) => {
    if (isRefused) expect(() => parseFilePath(name)).toThrow(refused);
    else expect(parseFilePath(name)).toBe(name);
  });
});

describe('parseSize', () => {
  it.each([0, 1, 5_000_000_000_000])('takes %j', (size) => {
    expect(parseSize(size)).toBe(size);
  });

  it.each([-1, 1.5, 2 ** 53, Number.NaN, '3', null, undefined])('refuses %j', (size) => {
    expect(() => parseSize(size)).toThrow(refused);
  });
});
