import { describe, expect, it } from 'vitest';
import type { FakeAnswer } from './fake-s3.ts';
import { createS3Registry } from '../src/s3-registry.ts';
import { s3Reference, storedKeys, testContext } from './context.ts';
import { fakeS3, oneFile, page, refusal } from './fake-s3.ts';

const KEYS = storedKeys({ 's3.amazonaws.com': ['AKTEST', 'a-secret-of-some-length'] });
const ETAG = '"d41d8cd98f00b204e9800998ecf8427e"';

function resolve(answer: Parameters<typeof fakeS3>[0], credentials = KEYS) {
  const http = fakeS3(answer);
  const found = createS3Registry(testContext({ http, credentials })).resolve(s3Reference('s3.amazonaws.com', 'bucket/m', 'v1'), {});
  return { http, found };
}

describe('a list', () => {
  const lists = (...pages: readonly string[]) => {
    let asked = 0;
    return resolve(({ method }) =>
      method === 'GET' ? { body: pages[Math.min(asked++, pages.length - 1)] ?? '' } : { headers: { 'content-length': '1', etag: ETAG } },
    ).found;
  };
  const next = '<IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken>';

  it.each([
    ['of another folder', page([['other/model.gguf', 1]])],
    ['that leads out', page([['m/v1/../../etc/passwd', 1]])],
    ['of absolute paths', page([['m/v1//etc/passwd', 1]])],
    [
      'with control characters',
      `${page([]).replace('</ListBucketResult>', '<EncodingType>url</EncodingType><Contents><Key>m/v1/a%0Ab</Key><Size>1</Size></Contents></ListBucketResult>')}`,
    ],
    ['of sizes that are none', page([['m/v1/a', '-1']])],
    ['of sizes beyond all', page([['m/v1/a', '99999999999999999999']])],
    ['without keys', '<ListBucketResult><Contents><Size>1</Size></Contents></ListBucketResult>'],
    ['that goes on nowhere', page([['m/v1/a', 1]], '<IsTruncated>true</IsTruncated>')],
    ['that leads to itself', page([['m/v1/a', 1]], next)],
    ['that is none', '<html/>'],
    ['that is no XML', 'no'],
    ['with entities of its own', `<!DOCTYPE a [<!ENTITY b "${'m/v1/'.repeat(10)}">]>${page([['&b;', 1]]).replace(/^<\?xml[^>]*>/, '')}`],
  ])('%s is refused', async (_what, body) => {
    await expect(lists(body)).rejects.toMatchObject({ code: 'E_REGISTRY' });
  });

  it('without an end is given up', async () => {
    let asked = 0;
    const many = () =>
      page(
        Array.from({ length: 1000 }, (_, index) => [`m/v1/${asked}-${index}`, 1] as const),
        next.replace('>t<', `>${++asked}<`),
      );
    await expect(resolve(() => ({ body: many() })).found).rejects.toMatchObject({ code: 'E_NOT_A_MODEL' });
    expect(asked).toBe(11);
  });

  it('is read page by page, without the markers of folders', async () => {
    const keys = (
      await lists(
        page(
          [
            ['m/v1/', 0],
            ['m/v1/b', 1],
          ],
          next,
        ),
        page([
          ['m/v1/a', 1],
          ['m/v1/sub/', 0],
        ]),
      )
    ).files.map(({ path }) => path);
    expect(keys).toEqual(['a', 'b']);
  });
});

describe('a refusal', () => {
  const refused = (answer: FakeAnswer, credentials = KEYS) => resolve(() => answer, credentials);

  it.each([
    ['NoSuchBucket', 404, 'E_NOT_FOUND'],
    ['AccessDenied', 403, 'E_FORBIDDEN'],
    ['ExpiredToken', 400, 'E_UNAUTHORIZED'],
    ['InvalidAccessKeyId', 403, 'E_UNAUTHORIZED'],
    ['RequestTimeTooSkewed', 403, 'E_UNAUTHORIZED'],
    ['InternalError', 500, 'E_REGISTRY'],
    ['Whatever', 418, 'E_REGISTRY'],
  ])('%s is told, with what to do', async (code, status, expected) => {
    await expect(refused({ status, body: refusal(code) }).found).rejects.toMatchObject({ code: expected, hint: expect.stringMatching(/./) });
  });

  it('that repeats keys or commands to the terminal is not passed on', async () => {
    const body = `<Error><Code>\u009b2J a-secret-of-some-length</Code></Error>`;
    await expect(refused({ status: 418, body }).found).rejects.toMatchObject({ message: 's3.amazonaws.com answered 418 for “bucket/m”.' });
  });

  it('leads to a region once, and to no host but Amazon’s', async () => {
    const { http, found } = refused({
      status: 301,
      headers: { 'x-amz-bucket-region': 'eu-north-1' },
      body: refusal('PermanentRedirect', '<Endpoint>evil.example</Endpoint>'),
    });
    await expect(found).rejects.toMatchObject({ code: 'E_REGISTRY' });
    expect(http.requests.map(({ url }) => new URL(url).host)).toEqual(['s3.amazonaws.com', 's3.eu-north-1.amazonaws.com']);
  });

  it.each(['evil.example/', 'a.b', '..', 'x'.repeat(33), ''])('to the region “%s” leads nowhere', async (region) => {
    const { http, found } = refused({ status: 400, body: refusal('AuthorizationHeaderMalformed', `<Region>${region}</Region>`) });
    await expect(found).rejects.toMatchObject({ code: 'E_REGISTRY' });
    expect(http.requests).toHaveLength(1);
  });
});

it('says no secret to anybody, and signs for the host alone that it asks', async () => {
  const http = oneFile({ etag: ETAG });
  const registry = createS3Registry(testContext({ http, credentials: KEYS }));
  const snapshot = await registry.resolve(s3Reference('s3.amazonaws.com', 'bucket/m', 'v1'), {});
  const [file] = snapshot.files;
  const place = file && (await registry.locate({ snapshot, blob: file.blob }, {}));
  expect(place?.expires).toBeGreaterThan(Date.now());
  expect(JSON.stringify([http.requests, snapshot, place])).not.toContain('a-secret-of-some-length');
  expect(http.requests.every(({ headers, url }) => headers?.['authorization']?.includes('AKTEST') === true && !url.includes('AKTEST'))).toBe(true);
});

it('refuses to look for a file whose place is not what it wrote down', async () => {
  const registry = createS3Registry(testContext({ credentials: KEYS }));
  const snapshot = { source: 's3', host: 's3.amazonaws.com', repository: 'bucket/m', revision: 'a'.repeat(64) };
  for (const id of ['', 'key=a', 'key=a&style=other&region=x&etag=y', 'key=../b&style=path&region=x&etag=%22y%22']) {
    await expect(registry.locate({ snapshot, blob: { id, size: 1, digest: `md5:${'a'.repeat(32)}` } }, {})).rejects.toMatchObject({
      code: expect.stringMatching(/E_REGISTRY|E_BAD_REFERENCE/),
    });
  }
});
