import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createS3Registry } from '../src/s3-registry.ts';
import { s3Reference, testContext } from './context.ts';
import { oneFile } from './fake-s3.ts';

const MD5 = createHash('md5').update('weights').digest('hex');
const SHA256 = createHash('sha256').update('weights').digest();
const [MD5_TAG, PARTS_TAG] = [`"${MD5}"`, `"${MD5}-3"`];
const PART = 8 * 1024 * 1024;

async function resolved(headers: Readonly<Record<string, string>>, size?: number) {
  const http = oneFile(headers, size);
  const registry = createS3Registry(testContext({ http }));
  const snapshot = await registry.resolve(s3Reference('s3.amazonaws.com', 'bucket/m', 'v1'), {});
  const [file] = snapshot.files;
  return { registry, snapshot, http, blob: file?.blob ?? expect.fail('no file') };
}

describe('what bytes are known by', () => {
  it.each([
    ['the sha256 that they were uploaded with', { etag: MD5_TAG, 'x-amz-checksum-sha256': SHA256.toString('base64') }, `sha256:${SHA256.toString('hex')}`],
    ['the md5 that an ETag is', { etag: MD5_TAG }, `md5:${MD5}`],
    ['the md5 under keys of the server', { etag: MD5_TAG, 'x-amz-server-side-encryption': 'AES256' }, `md5:${MD5}`],
  ])('is %s', async (_what, headers, digest) => {
    expect((await resolved(headers)).blob.digest).toBe(digest);
  });

  it('is the hash over parts, of the size that the first one has', async () => {
    const size = 2 * PART + 5;
    expect((await resolved({ etag: PARTS_TAG, 'x-part': `${PART}` }, size)).blob.digest).toBe(`md5-${PART}:${MD5}`);
    const kms = { 'x-amz-server-side-encryption': 'aws:kms', 'x-amz-checksum-sha256': `${SHA256.toString('base64')}-3` };
    expect((await resolved({ etag: PARTS_TAG, 'x-part': `${PART}`, ...kms }, size)).blob.digest).toBe(`sha256-${PART}:${SHA256.toString('hex')}`);
    expect((await resolved({ etag: `"${MD5}-1"` })).blob.digest).toMatch(/^md5-5242880:/);
  });

  it.each([
    ['keys of a key service', { etag: MD5_TAG, 'x-amz-server-side-encryption': 'aws:kms' }],
    ['keys of the user', { etag: MD5_TAG, 'x-amz-server-side-encryption-customer-algorithm': 'AES256' }],
    ['an ETag of another form', { etag: '"0x8DC1"' }],
    ['parts that are not of one size', { etag: PARTS_TAG, 'x-part': `${PART}` }],
    ['a checksum that is none', { etag: '"x"', 'x-amz-checksum-sha256': 'AAAA' }],
  ])('is the state alone with %s, which is said', async (_what, headers) => {
    const { blob, snapshot, registry } = await resolved(headers);
    expect(blob.digest).toMatch(/^etag:[0-9a-f]{64}$/);
    expect(snapshot.notices).toEqual([expect.stringMatching(/“model.gguf” has no checksum at s3\.amazonaws\.com/)]);
    expect((await registry.locate({ snapshot, blob }, {})).headers).toEqual({ 'if-match': headers.etag });
  });

  it.each([[{}], [{ etag: 'W/"x"' }]])('is nothing where a state can’t be told: %j', async (headers) => {
    await expect(resolved(headers)).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });
});

it('asks for the version that the bucket keeps', async () => {
  const { registry, snapshot, blob } = await resolved({ etag: MD5_TAG, 'x-amz-version-id': 'a b/+' });
  expect(await registry.locate({ snapshot, blob }, {})).toEqual({
    url: 'https://s3.amazonaws.com/bucket/m/v1/model.gguf?versionId=a%20b%2F%2B',
    headers: { 'if-match': MD5_TAG },
  });
});

it('says that what lies in an archive has to be restored first', async () => {
  await expect(resolved({ etag: MD5_TAG, 'x-amz-storage-class': 'GLACIER' })).rejects.toMatchObject({
    code: 'E_FORBIDDEN',
    hint: expect.stringContaining('restore-object'),
  });
  const restored = { etag: MD5_TAG, 'x-amz-storage-class': 'GLACIER', 'x-amz-restore': 'ongoing-request="false", expiry-date="x"' };
  expect((await resolved(restored)).blob.digest).toBe(`md5:${MD5}`);
});
