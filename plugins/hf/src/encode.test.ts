import { isIlabError } from '@ilab/plugin-api';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodePath, encodeSegment } from './encode.ts';

describe('encodeSegment', () => {
  it.each([
    ['main', 'main'],
    ['refs/pr/3', 'refs%2Fpr%2F3'],
    ['feature/a b', 'feature%2Fa%20b'],
    ['v1#2?x', 'v1%232%3Fx'],
    ['100%', '100%25'],
    ['größe-模型', 'gr%C3%B6%C3%9Fe-%E6%A8%A1%E5%9E%8B'],
  ])('encodes %j as %j', (text, encoded) => {
    expect(encodeSegment(text)).toBe(encoded);
  });

  it.each(['', '.', '..', '\ud800'])('refuses %j, which no URL can carry', (text) => {
    expect(() => encodeSegment(text)).toThrow(expect.objectContaining({ code: 'E_BAD_REFERENCE' }));
  });

  it('comes back whole from a URL, as one segment, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        let encoded: string;
        try {
          encoded = encodeSegment(text);
        } catch (error) {
          return isIlabError(error);
        }
        const { pathname, search, hash, host } = new URL(`https://hub.example/before/${encoded}/after`);
        const [, before, segment, after, ...more] = pathname.split('/');
        expect([before, decodeURIComponent(segment ?? ''), after, more, search, hash, host]).toEqual(['before', text, 'after', [], '', '', 'hub.example']);
        return true;
      }),
    );
  });
});

describe('encodePath', () => {
  it('keeps the slashes and encodes what is between', () => {
    expect(encodePath('sub dir/a#b.txt')).toBe('sub%20dir/a%23b.txt');
  });

  it.each(['../x', 'a/../b', 'a//b', '/a', 'a/', './a'])('refuses %j', (path) => {
    expect(() => encodePath(path)).toThrow(expect.objectContaining({ code: 'E_BAD_REFERENCE' }));
  });

  it('never leaves the folder it is put into', () => {
    const hostile = fc.constantFrom('..', '.', '%2e%2e', '%2E.', '\\..', 'a', '?', '#', '//x', ':', '@', '\t');
    fc.assert(
      fc.property(fc.array(fc.oneof(hostile, fc.string()), { minLength: 1, maxLength: 6 }), (parts) => {
        const path = parts.join('/');
        let encoded: string;
        try {
          encoded = encodePath(path);
        } catch (error) {
          return isIlabError(error);
        }
        const url = new URL(`https://hub.example/org/name/resolve/main/${encoded}`);
        const prefix = '/org/name/resolve/main/';
        expect(url.pathname.startsWith(prefix)).toBe(true);
        expect(url.pathname.slice(prefix.length).split('/').map(decodeURIComponent).join('/')).toBe(path);
        return true;
      }),
    );
  });
});
