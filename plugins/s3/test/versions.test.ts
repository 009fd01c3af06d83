import { describe, expect, it } from 'vitest';
import { createS3Registry } from '../src/s3-registry.ts';
import { s3Reference, testContext } from './context.ts';
import { fakeBucket } from './fake-s3.ts';

/** A registry before a bucket with these keys. */
function bucketOf(keys: readonly string[]) {
  const http = fakeBucket(keys);
  const registry = createS3Registry(testContext({ http }));
  return {
    http,
    async versions(repository: string) {
      const names: string[] = [];
      for await (const { name } of registry.versions?.({ source: 's3', host: 's3.amazonaws.com', repository }, {}) ?? []) names.push(name);
      return names;
    },
    async paths(repository: string, version?: string) {
      const { files, version: found } = await registry.resolve(s3Reference('s3.amazonaws.com', repository, version), {});
      return [found, ...files.map(({ path }) => path)];
    },
  };
}

describe('a version', () => {
  it('is a folder of the repository', async () => {
    const bucket = bucketOf(['b/m/v1/config.json', 'm/v1/config.json', 'm/v1/sub/x.gguf', 'm/v2/config.json', 'm/v10/config.json', 'mm/v1/a']);
    expect(await bucket.paths('bucket/m', 'v1')).toEqual(['v1', 'config.json', 'sub/x.gguf']);
    expect(await bucket.versions('bucket/m')).toEqual(['v1', 'v10', 'v2']);
    await expect(bucket.paths('bucket/m')).rejects.toMatchObject({ code: 'E_NOT_FOUND', hint: 'It has: v1, v10, v2.' });
    await expect(bucket.paths('bucket/other')).rejects.toMatchObject({ code: 'E_NOT_FOUND', message: expect.stringContaining('nothing in that folder') });
  });

  it('is the repository itself where that has files', async () => {
    const bucket = bucketOf(['m/config.json', 'm/original/x.gguf']);
    expect(await bucket.paths('bucket/m')).toEqual(['latest', 'config.json', 'original/x.gguf']);
    expect(await bucket.versions('bucket/m')).toEqual(['latest']);
    await expect(bucket.paths('bucket/m', 'v1')).rejects.toMatchObject({ code: 'E_NOT_FOUND', hint: 'It has: latest.' });
  });

  it('is called latest where nobody names one and there is one', async () => {
    const bucket = bucketOf(['m/README.md', 'm/latest/config.json', 'm/v1/config.json']);
    expect(await bucket.paths('bucket/m')).toEqual(['latest', 'config.json']);
    expect(await bucket.versions('bucket/m')).toEqual(['latest', 'v1']);
  });

  it('may be a whole bucket', async () => {
    expect(await bucketOf(['config.json']).paths('bucket')).toEqual(['latest', 'config.json']);
  });

  it('is the same revision wherever its folder is, and another with every change', async () => {
    const revision = async (repository: string, keys: readonly string[]) => {
      const { http } = bucketOf(keys);
      return (await createS3Registry(testContext({ http })).resolve(s3Reference('s3.amazonaws.com', repository), {})).revision;
    };
    const first = await revision('bucket/m', ['m/a', 'm/b']);
    expect(first).toMatch(/^[0-9a-f]{64}$/);
    expect(await revision('other/deep/m', ['deep/m/b', 'deep/m/a'])).toBe(first);
    expect(await revision('bucket/m', ['m/a', 'm/c'])).not.toBe(first);
  });
});

it('asks every object once, whatever its name', async () => {
  const { http, paths } = bucketOf(["m/v1/it's (50%)+é.gguf"]);
  expect(await paths('bucket/m', 'v1')).toEqual(['v1', "it's (50%)+é.gguf"]);
  expect(http.requests.filter(({ method }) => method === 'HEAD').map(({ url }) => url)).toEqual([
    'https://s3.amazonaws.com/bucket/m/v1/it%27s%20%2850%25%29%2B%C3%A9.gguf',
  ]);
});
