import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeComponent, encodeComponent, encodeFilePath } from './encode-component.ts';

const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
/** Mostly what is special to somebody. */
const awkward = fc.string({
  unit: fc.constantFrom('@', '.', '%', '/', '\\', ':', ' ', 'a', '2', 'F', '\0', '\u202e', 'versions', 'metadata'),
  minLength: 1,
  maxLength: 6,
});

describe('encodeComponent', () => {
  it.each([
    ['v1.1', 'v1.1'],
    ['granite-7b-lab', 'granite-7b-lab'],
    ['größe', 'größe'],
    ['localhost:5000', 'localhost%3A5000'],
    ['refs/pr/3', 'refs%2Fpr%2F3'],
    ['refs%2Fpr%2F3', 'refs%252Fpr%252F3'],
    ['@x', '%40x'],
    ['a@x', 'a@x'],
    ['.versions', '%2Eversions'],
    ['.versions.json', '.versions.json'],
    ['.metadata', '%2Emetadata'],
    ['.metadata.sums', '%2Emetadata.sums'],
    ['.store', '%2Estore'],
    ['.', '%2E'],
    ['..', '.%2E'],
    ['a ', 'a%20'],
    ['a.', 'a%2E'],
    ['\u001b[31m', '%1B[31m'],
  ])('writes %j as %j', (text, entry) => {
    expect(encodeComponent(text)).toBe(entry);
  });

  it('is read back as what it was, so no two names share an entry', () => {
    fc.assert(fc.property(fc.oneof(name, awkward), (text) => decodeComponent(encodeComponent(text)) === text));
  });

  it('makes one entry that is none of the store’s own and leads nowhere else', () => {
    fc.assert(fc.property(fc.oneof(name, awkward), (text) => !/[/\\:\0]|^@|^\.{1,2}$|^\.versions$|^\.store$|^\.metadata/.test(encodeComponent(text))));
  });

  it.each(['', 'x'.repeat(256), 'ü'.repeat(128), '/'.repeat(86)])('refuses what no file system takes: %j', (text) => {
    expect(() => encodeComponent(text)).toThrow(expect.objectContaining({ code: 'E_STORE' }));
  });
});

describe('decodeComponent', () => {
  it('knows what can’t be its own', () => {
    expect(decodeComponent('%zz')).toBeUndefined();
  });
});

describe('encodeFilePath', () => {
  it('keeps the folders', () => {
    expect(encodeFilePath('sub dir/.metadata/a:b')).toBe('sub dir/%2Emetadata/a%3Ab');
  });
});
