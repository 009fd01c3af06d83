import { isIlabError } from '@ilab/core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkUrl, followRedirect } from './url-rules.ts';

const SECRET = 'canary';
/** What could be in a Location header. */
const location = fc.oneof(
  fc.webUrl({ validSchemes: ['http', 'https', 'ftp', 'file', 'HTTP'], withQueryParameters: true }),
  fc.tuple(fc.constantFrom('https://', 'http://', '//', '/', '\\\\', 'https:', '?'), fc.domain(), fc.webPath()).map((parts) => parts.join('')),
  fc.ipV4().map((ip) => `https://${ip}/`),
  fc.ipV6().map((ip) => `https://[${ip}]/`),
  fc.string({ unit: 'binary' }),
);

describe('any redirect', () => {
  it('is refused in words, or leads where it may with no secret for another origin', () => {
    const from = { url: new URL('https://registry.example/v2/x'), headers: { Authorization: SECRET, 'X-Whatever': SECRET, 'user-agent': 'test' } };
    fc.assert(
      fc.property(location, (text) => {
        try {
          const { url, headers } = followRedirect(from, text);
          expect(url.protocol).toBe('https:');
          expect(url.username + url.password).toBe('');
          expect(Object.values(headers).includes(SECRET)).toBe(url.origin === from.url.origin);
          expect(headers['user-agent']).toBe('test');
        } catch (error) {
          if (!isIlabError(error)) throw error;
          expect(error).toMatchObject({ code: expect.stringMatching(/^E_(REGISTRY|FORBIDDEN)$/) });
        }
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    'https://2130706433/',
    'https://0x7f.1/',
    'https://127.1/',
    'https://0/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:a9fe:a9fe]/',
    'https://[fe80::1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://172.31.0.1/',
    'https://localhost/',
    'https://LOCALHOST:8080/',
  ])('of the outside to %s, an address inside in whatever spelling, is refused', (text) => {
    expect(() => followRedirect({ url: new URL('https://registry.example/'), headers: {} }, text)).toThrow(expect.objectContaining({ code: 'E_FORBIDDEN' }));
  });

  it.each(['https://172.32.0.1/', 'https://11.0.0.1/', 'https://cdn.example/', 'https://localhost.example/'])('to %s may be followed', (text) => {
    expect(followRedirect({ url: new URL('https://registry.example/'), headers: {} }, text).url.href).toBe(text);
  });
});

describe('a message about an address', () => {
  it.each([
    `ftp://user:${SECRET}@files.example/x`,
    `https://user:${SECRET}@files.example/x`,
    `gopher://files.example/x?X-Amz-Signature=${SECRET}&token=${SECRET}`,
    `http://files.example/x?sig=${SECRET}`,
  ])('keeps its secrets: %s', (text) => {
    const problem = (() => {
      try {
        return checkUrl(text);
      } catch (error) {
        return error;
      }
    })();
    expect(problem).toSatisfy(isIlabError);
    expect((problem as Error).message).not.toContain(SECRET);
  });

  it('is of bearable length and steers no terminal', () => {
    const problem = (() => {
      try {
        return checkUrl(`x\u001b[2J${'y'.repeat(100_000)}`);
      } catch (error) {
        return error as Error;
      }
    })() as Error;
    expect(problem.message.length).toBeLessThan(300);
    expect(problem.message).not.toContain('\u001b');
  });
});
