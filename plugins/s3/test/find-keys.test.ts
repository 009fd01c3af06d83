import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findAsker } from '../src/credentials/find-keys.ts';
import { endpointOf } from '../src/endpoint.ts';
import { storedKeys } from './context.ts';

const ENV = { AWS_ACCESS_KEY_ID: 'AKENV', AWS_SECRET_ACCESS_KEY: 'secret-env' };
const AMAZON = ['s3.amazonaws.com', 's3.eu-central-1.amazonaws.com', 'my-bucket.s3.us-west-2.amazonaws.com', 's3.cn-north-1.amazonaws.com.cn'];
const OTHERS = ['s3.example', 's3.amazonaws.com.evil.example', 'evils3.amazonaws.com', 's3-amazonaws.com', '127.0.0.1:9000'];

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'ilab-aws-'));
  await mkdir(join(home, '.aws'));
  await writeFile(
    join(home, '.aws', 'credentials'),
    '[default]\naws_access_key_id = AKFILE\naws_secret_access_key=secret-file\n\n[work]\r\naws_access_key_id = AKWORK\r\naws_secret_access_key = secret-work\r\naws_session_token = session-work\r\n',
  );
  await writeFile(
    join(home, '.aws', 'config'),
    '[default]\nregion = eu-west-1\ns3 =\n  endpoint_url = https://nested.example\n[profile work]\nregion = eu-north-1\nendpoint_url = https://s3.example\n',
  );
});
afterAll(() => rm(home, { recursive: true, force: true }));

const find = (host: string, env: Record<string, string> = {}, credentials = storedKeys({})) =>
  findAsker(endpointOf(host, { registries: {} }), { env, home, credentials }, {});

describe('the keys of Amazon’s own tools', () => {
  it.each(AMAZON)('belong to %s', async (host) => {
    expect(await find(host, ENV)).toMatchObject({ keys: { accessKeyId: 'AKENV', origin: 'AWS_ACCESS_KEY_ID' }, region: 'eu-west-1' });
  });

  it.each(OTHERS)('do not belong to %s', async (host) => {
    expect(await find(host, ENV)).toEqual({});
  });

  it('belong to the one endpoint that these tools are told of, and then not to Amazon', async () => {
    const env = { ...ENV, AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:9000' };
    expect((await find('127.0.0.1:9000', env)).keys?.accessKeyId).toBe('AKENV');
    for (const host of ['127.0.0.1:9001', '127.0.0.1', ...AMAZON]) expect(await find(host, env)).toEqual({});
  });

  it('come from the profile in use, with its region and endpoint', async () => {
    expect(await find('s3.amazonaws.com')).toEqual({
      keys: { accessKeyId: 'AKFILE', secretAccessKey: 'secret-file', origin: join(home, '.aws', 'credentials') },
      region: 'eu-west-1',
    });
    const env = { AWS_PROFILE: 'work' };
    expect(await find('s3.example', env)).toMatchObject({ keys: { accessKeyId: 'AKWORK', sessionToken: 'session-work' }, region: 'eu-north-1' });
    expect(await find('s3.amazonaws.com', env)).toEqual({});
    expect(await find('s3.amazonaws.com', { AWS_PROFILE: 'nobody' })).toEqual({});
  });
});

it('asks for what is stored for exactly the host', async () => {
  const credentials = storedKeys({ 's3.example:9000': ['AKSTORED', 'secret-stored'] });
  expect((await find('s3.example:9000', ENV, credentials)).keys).toMatchObject({
    accessKeyId: 'AKSTORED',
    origin: 'the credentials stored for s3.example:9000',
  });
  expect(await find('s3.example', ENV, credentials)).toEqual({});
  expect(credentials.asked).toEqual(['s3.example:9000', 's3.example']);
});

it('refuses keys that could end a header, without repeating them', async () => {
  const env = { AWS_ACCESS_KEY_ID: 'AK', AWS_SECRET_ACCESS_KEY: 'se\ncret' };
  const failed = find('s3.amazonaws.com', env);
  await expect(failed).rejects.toMatchObject({ code: 'E_UNAUTHORIZED', message: expect.not.stringContaining('cret"') });
});

describe('a region', () => {
  const origin = (host: string, region: string) => endpointOf(host, { registries: {} }).origin(region);

  it('has a host of Amazon’s, and no other can be made of it', () => {
    expect(origin('s3.amazonaws.com', 'us-east-1')).toBe('https://s3.amazonaws.com');
    expect(origin('s3.amazonaws.com', 'eu-central-1')).toBe('https://s3.eu-central-1.amazonaws.com');
    expect(origin('my.bucket.s3.eu-west-1.amazonaws.com', 'us-west-2')).toBe('https://my.bucket.s3.us-west-2.amazonaws.com');
    expect(origin('s3.example', 'eu-central-1')).toBe('https://s3.example');
  });
});
