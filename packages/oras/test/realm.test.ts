import { describe, expect, it } from 'vitest';
import { nextPage } from '../src/remote/next-page.ts';
import { checkRealm } from '../src/remote/realm.ts';

describe('checkRealm', () => {
  it.each([
    ['https://auth.example/token', 'https://registry.example'],
    ['http://127.0.0.1:5001/token', 'http://127.0.0.1:5000'],
    ['https://10.0.0.1/token', 'https://10.0.0.2'],
  ])('lets %s be asked for %s', (realm, endpoint) => {
    expect(checkRealm(realm, endpoint).href).toBe(realm);
  });

  it.each([
    ['http://auth.example/token', 'https://registry.example', 'E_FORBIDDEN'],
    ['https://127.0.0.1/token', 'https://registry.example', 'E_FORBIDDEN'],
    ['https://169.254.169.254/latest', 'https://registry.example', 'E_FORBIDDEN'],
    ['https://[::1]/token', 'https://registry.example', 'E_FORBIDDEN'],
    ['https://user:pass@auth.example/', 'https://registry.example', 'E_REGISTRY'],
    ['file:///etc/passwd', 'https://registry.example', 'E_REGISTRY'],
    ['', 'https://registry.example', 'E_REGISTRY'],
    [undefined, 'https://registry.example', 'E_REGISTRY'],
  ])('refuses %s for %s', (realm, endpoint, code) => {
    expect(() => checkRealm(realm, endpoint)).toThrow(expect.objectContaining({ code }));
  });
});

describe('nextPage', () => {
  const from = 'https://registry.example/v2/a/tags/list?n=2';

  it('follows a relative link of the same registry, and none', () => {
    expect(nextPage('</v2/a/tags/list?n=2&last=b>; rel="next"', from)).toBe('https://registry.example/v2/a/tags/list?n=2&last=b');
    expect(nextPage(undefined, from)).toBeUndefined();
    expect(nextPage('</x>; rel="prev"', from)).toBeUndefined();
  });

  it('refuses to take a token to another host', () => {
    expect(() => nextPage('<https://evil.example/v2/a/tags/list>; rel="next"', from)).toThrow(expect.objectContaining({ code: 'E_REGISTRY' }));
    expect(() => nextPage('<http://registry.example/v2/a/tags/list>; rel="next"', from)).toThrow(expect.objectContaining({ code: 'E_REGISTRY' }));
  });
});
