import { describe, expect, it } from 'vitest';
import { checkUrl, followRedirect } from '../src/http/url-rules.ts';

const secret = { authorization: 'Bearer s', Cookie: 'c', 'X-Api-Key': 'k', Accept: 'x/y' };
const from = (url: string) => ({ url: new URL(url), headers: secret });

describe('addresses', () => {
  it.each(['https://quay.io/v2/', 'http://localhost:5000/', 'http://127.0.0.1/', 'http://[::1]:5000/'])('%s may be asked', (url) => {
    expect(checkUrl(url).href).toBe(url);
  });

  it.each([
    ['http://quay.io/', 'E_FORBIDDEN'],
    ['http://127.0.0.1.evil.example/', 'E_FORBIDDEN'],
    ['http://10.0.0.1/', 'E_FORBIDDEN'],
    ['ftp://quay.io/', 'E_REGISTRY'],
    ['file:///etc/passwd', 'E_REGISTRY'],
    ['https://user:pass@quay.io/', 'E_REGISTRY'],
    ['nonsense', 'E_REGISTRY'],
  ])('%s may not', (url, code) => {
    expect(() => checkUrl(url)).toThrow(expect.objectContaining({ code }));
  });

  it('of an insecure host may be plain', () => {
    expect(checkUrl('http://hub.corp.example/', { 'hub.corp.example': { insecure: true } }).protocol).toBe('http:');
    expect(() => checkUrl('http://hub.corp.example:81/', { 'hub.corp.example': { insecure: true } })).toThrow();
  });
});

describe('redirects', () => {
  it('keep credentials on their origin', () => {
    expect(followRedirect(from('https://a.example/x'), '/y')).toMatchObject({ url: expect.objectContaining({ href: 'https://a.example/y' }), headers: secret });
  });

  it.each(['https://b.example/', 'https://a.example:444/', 'https://sub.a.example/', '//b.example/x', 'https://a.example.b.example/'])(
    'take none along to %s',
    (location) => {
      expect(followRedirect(from('https://a.example/x'), location).headers).toEqual({ Accept: 'x/y' });
    },
  );

  it('ask elsewhere for the same bytes', () => {
    const hop = { url: new URL('https://a.example/x'), headers: { range: 'bytes=1-2', authorization: 'Bearer s' } };
    expect(followRedirect(hop, 'https://b.example/').headers).toEqual({ range: 'bytes=1-2' });
  });

  it.each([
    ['https://a.example/', 'http://a.example/', 'E_FORBIDDEN'],
    ['https://a.example/', 'https://127.0.0.1/', 'E_FORBIDDEN'],
    ['https://a.example/', 'https://169.254.169.254/latest/meta-data', 'E_FORBIDDEN'],
    ['https://a.example/', 'https://192.168.1.1/', 'E_FORBIDDEN'],
    ['https://a.example/', 'https://[fd00::1]/', 'E_FORBIDDEN'],
    ['https://a.example/', 'file:///etc/passwd', 'E_REGISTRY'],
    ['https://a.example/', 'https://u:p@b.example/', 'E_REGISTRY'],
    ['https://a.example/', undefined, 'E_REGISTRY'],
    ['http://127.0.0.1:5000/', 'http://b.example/', 'E_FORBIDDEN'],
  ])('from %s to %s are refused', (origin, location, code) => {
    expect(() => followRedirect(from(origin), location)).toThrow(expect.objectContaining({ code }));
  });
});
