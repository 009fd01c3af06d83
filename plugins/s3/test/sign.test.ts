import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { sign } from '../src/sign.ts';

const keys = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', origin: 'a test' };

beforeEach(() => void vi.useFakeTimers({ now: new Date('2013-05-24T00:00:00Z'), toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

// Amazon S3 API Reference, “Signature Calculations for the Authorization Header: Transferring Payload in a Single Chunk”, examples.
it.each([
  ['?lifecycle', 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
  ['?max-keys=2&prefix=J', '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'],
])('signs %s as Amazon’s own example', async (query, signature) => {
  const signed = await sign({ method: 'GET', url: `https://examplebucket.s3.amazonaws.com/${query}`, headers: {}, region: 'us-east-1' }, keys);
  expect(signed['authorization']).toBe(
    `AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=${signature}`,
  );
});

it('says nothing of keys where there are none', async () => {
  expect(await sign({ method: 'GET', url: 'https://s3.example/b/', headers: { 'if-match': '"a"' }, region: 'x' }, undefined)).toEqual({ 'if-match': '"a"' });
});

it('signs conditions, and sends the token of keys that end', async () => {
  const signed = await sign(
    { method: 'GET', url: 'https://s3.example/b/k', headers: { 'if-match': '"a"' }, region: 'x' },
    { ...keys, sessionToken: 'session' },
  );
  expect(signed).toMatchObject({
    'if-match': '"a"',
    'x-amz-security-token': 'session',
    authorization: expect.stringContaining('host;if-match;x-amz-content-sha256'),
  });
  expect(JSON.stringify(signed)).not.toContain(keys.secretAccessKey);
});
