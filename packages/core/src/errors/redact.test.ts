import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redact } from './redact.ts';

describe('redact', () => {
  it.each([
    ['https://user:s3cret@quay.io/v2/', 'https://***@quay.io/v2/'],
    ['https://token@quay.io', 'https://***@quay.io'],
    ['OCI://User:s3cret@quay.io', 'OCI://***@quay.io'],
    ['https://user:p@ss@quay.io/x', 'https://***@quay.io/x'],
    [`https://AWS:${'x'.repeat(2000)}@ecr.example/`, 'https://***@ecr.example/'],
    ['two: http://a:b@c/ and http://d:e@f/', 'two: http://***@c/ and http://***@f/'],
    ['Authorization: Bearer abcdefgh.ijkl-mnop_qrst', 'Authorization: Bearer ***'],
    ['authorization: basic dXNlcjpzM2NyZXQ=', 'authorization: basic ***'],
    ['HF_TOKEN=hf_abcdefghijklmnop', 'HF_TOKEN=***'],
    [`ghp_${'a'.repeat(36)} leaked`, '*** leaked'],
    ['https://cdn.example/x?X-Amz-Signature=abc&X-Amz-Credential=def&part=1', 'https://cdn.example/x?X-Amz-Signature=***&X-Amz-Credential=***&part=1'],
    ['https://cdn.example/x?Policy=abc&Key-Pair-Id=def&Signature=g~h', 'https://cdn.example/x?Policy=***&Key-Pair-Id=***&Signature=***'],
    ['https://auth.example/token?access_token=abc"', 'https://auth.example/token?access_token=***"'],
    ['https://blob.example/x?sv=1&sig=abc', 'https://blob.example/x?sv=1&sig=***'],
  ])('takes the secrets out of %j', (text, shown) => {
    expect(redact(text)).toBe(shown);
  });

  it.each([
    'quay.io/ai-lab/granite:v1.1@sha256:0a',
    'hf://org/name@refs/pr/3',
    'https://huggingface.co/org/name/tree/main?download=true',
    'mail somebody@example.org about https://quay.io/',
    'the bearer of this',
    'hf_hub',
    'größe, 模型',
  ])('leaves %j as it is', (text) => {
    expect(redact(text)).toBe(text);
  });

  it('shows control and direction characters as question marks', () => {
    expect(redact('\u001b[2J\r\nname\u0000\u009b\u202e\u2066\u200b\ufeff\u2028')).toBe('?[2J??name???????');
  });

  it('lets nothing steer a terminal, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.nat(0x2100), fc.nat(0xffff))), (codes) => {
        const text = String.fromCharCode(...codes);
        expect(redact(text)).not.toMatch(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/u);
      }),
    );
  });

  it('finds userinfo wherever it stands', () => {
    const secret = fc.stringMatching(/^[A-Za-z0-9:@!$&'()*+,;=._~-]{8,40}$/);
    const around = fc.constantFrom('', ' ', 'GET ', '“', '(', 'fetching\n', 'x:');
    fc.assert(
      fc.property(around, fc.constantFrom('http', 'https', 'oci', 's3'), secret, around, (before, scheme, password, after) => {
        expect(redact(`${before}${scheme}://u:${password}@h.example/${after}`)).not.toContain(password);
      }),
    );
  });

  it('has nothing left to do when done', () => {
    fc.assert(fc.property(fc.string(), (text) => redact(redact(text)) === redact(text)));
  });
});
