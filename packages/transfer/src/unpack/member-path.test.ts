import { readFileSync } from 'node:fs';
import { isFilePath, isIlabError } from '@ilab/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { memberPath, whiteoutOf } from './member-path.ts';

const REFUSED = 'E_REGISTRY';
const { names } = JSON.parse(readFileSync(new URL('../../../core/hostile/names.json', import.meta.url), 'utf8')) as {
  readonly names: readonly { readonly name: string; readonly refused?: true }[];
};

describe('memberPath', () => {
  it.each([
    ['models/a', 'models/', 'a'],
    ['./models/a/b', 'models/', 'a/b'],
    ['././a', '', 'a'],
    ['a/', '', 'a'],
    ['models/', 'models/', undefined],
    ['models', 'models/', undefined],
    ['modelsx/a', 'models/', undefined],
    ['etc/passwd', 'models/', undefined],
    ['a//b', '', undefined],
    ['a/./b', '', undefined],
    ['', '', undefined],
    ['.', '', undefined],
  ])('of %j below %j is %j', (name, prefix, expected) => {
    expect(memberPath(name, prefix)).toBe(expected);
  });

  it('is a plain path below, or none, or refused: never one that leads out', () => {
    const part = fc.oneof(fc.constantFrom('..', '.', '', 'a', 'models', '...', '..\\', 'C:', '\u0000', '\u202e'), fc.string({ unit: 'binary', maxLength: 6 }));
    const name = fc.tuple(fc.constantFrom('', '/', './', './/', '//'), fc.array(part, { maxLength: 6 })).map(([start, parts]) => start + parts.join('/'));
    fc.assert(
      fc.property(name, fc.constantFrom('', 'models/', 'a/b/'), (text, prefix) => {
        const path = orCode(() => memberPath(text, prefix));
        if (path === undefined || path === REFUSED) return;
        expect(path).not.toMatch(/^\/|\\|[\u0000-\u001f\u007f]/);
        for (const one of path.split('/')) expect(['', '.', '..']).not.toContain(one);
        expect(`./${text}`).toContain(`/${prefix}${path}`);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('a member of an archive', () => {
  it.each(names)('called $name leads nowhere else', ({ name, refused }) => {
    const path = orCode(() => memberPath(name, ''));
    // What an archive may say of a folder and of where it is itself is no file.
    if (refused) expect([undefined, REFUSED, name.replace(/\/$/, ''), name.replace(/^(?:\.\/)+/, '')]).toContain(path);
    else expect(path).toBe(name);
    if (path !== undefined && path !== REFUSED) expect(isFilePath(path)).toBe(true);
  });
});

describe('whiteoutOf', () => {
  it.each([
    ['.wh.a', { path: 'a', opaque: false }],
    ['b/.wh.a', { path: 'b/a', opaque: false }],
    ['.wh..wh..opq', { path: '', opaque: true }],
    ['b/c/.wh..wh..opq', { path: 'b/c', opaque: true }],
    ['.wh..hidden', { path: '.hidden', opaque: false }],
    ['a', undefined],
    ['.wh', undefined],
    ['.wh.b/a', undefined],
    ['x.wh.a', undefined],
  ])('of %j is %j', (path, expected) => {
    expect(whiteoutOf(path)).toEqual(expected);
  });

  it.each(['.wh.', 'a/.wh.', '.wh..', 'a/.wh..', '.wh...', 'a/.wh...'])('of %j is refused: it takes away what is not below', (path) => {
    expect(() => whiteoutOf(path)).toThrow(expect.objectContaining({ code: 'E_REGISTRY' }));
  });
});

function orCode(run: () => string | undefined): string | undefined {
  try {
    return run();
  } catch (error) {
    if (!isIlabError(error)) throw error;
    return error.code;
  }
}
