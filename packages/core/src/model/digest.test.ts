import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DIGEST_LENGTHS, digestParts, isContentDigest, isDigest, parseDigest } from './digest.ts';

const hex = (length: number): string => 'a1'.repeat(length / 2);
const refused = expect.objectContaining({ code: 'E_REGISTRY' });

describe('parseDigest', () => {
  it.each(Object.entries(DIGEST_LENGTHS))('takes %s of full length', (algorithm, length) => {
    const digest = `${algorithm}:${hex(length)}`;
    expect(parseDigest(digest)).toBe(digest);
    expect(digestParts(parseDigest(digest))).toEqual({ algorithm, hex: hex(length) });
  });

  it.each([
    '',
    ':',
    'sha256',
    'sha256:',
    hex(64),
    `sha256:${hex(62)}`,
    `sha256:${hex(66)}`,
    `sha512:${hex(64)}`,
    `sha256:${hex(64).toUpperCase()}`,
    `SHA256:${hex(64)}`,
    `md5:${hex(32)}`,
    `sha1:${hex(40)}`,
    `sha256:${hex(62)}zz`,
    ` sha256:${hex(64)}`,
    `sha256:${hex(64)}\n`,
    `sha256:${hex(62)}\n\n`,
    `sha256::${hex(63)}a`,
    `sha256:../${hex(60)}a`,
    `sha256:${'../'.repeat(21)}a`,
    `sha256:${'\u0660'.repeat(64)}`,
    `constructor:${hex(64)}`,
    `__proto__:${hex(64)}`,
    `toString:${hex(64)}`,
  ])('refuses %j', (text) => {
    expect(isDigest(text)).toBe(false);
    expect(() => parseDigest(text)).toThrow(refused);
  });

  it('takes nothing that could be anything but one name in a directory', () => {
    const almost = fc
      .tuple(
        fc.constantFrom('sha256', 'sha512', 'git-sha1', 'sha1', ''),
        fc.constantFrom(':', '', '/'),
        fc.string({ unit: fc.constantFrom('a', '0', 'F', '.', '/', '\0') }),
      )
      .map((parts) => parts.join(''));
    fc.assert(fc.property(fc.oneof(almost, fc.string()), (text) => !isDigest(text) || /^[a-z0-9-]+:[0-9a-f]{40,128}$/.test(text)));
  });

  it('shows no more of a hostile one than fits a line, and no control characters', () => {
    const hostile = `\u001b[2J${'x'.repeat(1e6)}`;
    let message = '';
    try {
      parseDigest(hostile);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toContain('?[2Jxxx');
    expect(message.length).toBeLessThan(300);
  });
});

describe('isContentDigest', () => {
  const weaker = [`md5:${hex(32)}`, `md5-8388608:${hex(32)}`, `sha256-5242880:${hex(64)}`, `etag:${hex(64)}`];

  it.each(weaker)('takes %s for a blob, and for nothing else', (digest) => {
    expect([isContentDigest(digest), isDigest(digest)]).toEqual([true, false]);
    expect(() => parseDigest(digest)).toThrow(refused);
  });

  it.each([`sha256:${hex(64)}`, `git-sha1:${hex(40)}`])('takes %s, as everything does', (digest) => {
    expect(isContentDigest(digest)).toBe(true);
  });

  it.each([
    `md5:${hex(30)}`,
    `md5:${hex(32).toUpperCase()}`,
    `md5-:${hex(32)}`,
    `md5-0:${hex(32)}`,
    `md5-1:${hex(32)}`,
    `md5-01000000:${hex(32)}`,
    `md5-1000000000000000:${hex(32)}`,
    `md5-1e7:${hex(32)}`,
    `sha512-8388608:${hex(128)}`,
    `etag:${hex(32)}`,
    `etag:../${hex(60)}a`,
    `md5:${hex(32)}\n`,
  ])('refuses %j', (text) => {
    expect(isContentDigest(text)).toBe(false);
  });
});
