import { describe, expect, it } from 'vitest';
import { strictHttp } from '@ilab/testkit';
import type { HubRepository } from '../hub-client.ts';
import { readAction } from './lfs-action.ts';
import { askBatch } from './lfs-batch.ts';

const SECRET = 'S3cret/+with odd characters'.replaceAll(' ', '_');
const hub: HubRepository = {
  http: strictHttp({}),
  endpoint: { url: 'https://huggingface.co', name: 'huggingface.co', isDefault: true },
  repository: 'org/name',
  token: { secret: SECRET, origin: 'HF_TOKEN' },
  api: 'https://huggingface.co/api/models/org/name',
  page: 'https://huggingface.co/org/name',
  headers: { authorization: `Bearer ${SECRET}` },
  answers: undefined,
};

describe('an action', () => {
  it('keeps what the store wants said, and nothing that is not the Hub’s to say', () => {
    const header = {
      'X-Amz-Meta': 'a',
      'Content-Type': 'x/y',
      Host: 'evil',
      'Content-Length': '5',
      Cookie: 'c',
      'User-Agent': 'u',
      chunk_size: '7',
      '00001': 'https://x',
      n: 7,
    };
    expect(readAction({ href: 'https://s3.example/o?sig=1', header }, hub)).toEqual({
      url: 'https://s3.example/o?sig=1',
      headers: { 'x-amz-meta': 'a', 'content-type': 'x/y' },
    });
  });

  it.each([[{ Authorization: `Bearer ${SECRET}` }], [{ 'X-Forward': `token=${SECRET}` }], [{ 'X-Forward': encodeURIComponent(SECRET) }]])(
    'that dictates our token for another origin is refused: %j',
    (header) => {
      expect(() => readAction({ href: 'https://s3.example/o', header }, hub)).toThrow(expect.objectContaining({ code: 'E_FORBIDDEN' }));
      expect(readAction({ href: 'https://huggingface.co/o', header }, hub).headers).not.toEqual({});
    },
  );

  it('that has our token in its address is refused', () => {
    expect(() => readAction({ href: `https://s3.example/o?t=${encodeURIComponent(SECRET)}` }, hub)).toThrow(expect.objectContaining({ code: 'E_FORBIDDEN' }));
  });

  it.each([
    ['http://s3.example/o', 'E_FORBIDDEN'],
    ['https://127.0.0.1/o', 'E_FORBIDDEN'],
    ['https://169.254.169.254/latest', 'E_FORBIDDEN'],
    ['https://user:pass@s3.example/o', 'E_REGISTRY'],
    ['file:///etc/passwd', 'E_REGISTRY'],
    ['nowhere', 'E_REGISTRY'],
    [7, 'E_REGISTRY'],
  ])('to %s is refused', (href, code) => {
    expect(() => readAction({ href }, hub)).toThrow(expect.objectContaining({ code }));
  });
});

describe('a batch', () => {
  const object = { oid: 'a'.repeat(64), size: 10 };
  const ask = (answer: unknown) => {
    const http = strictHttp({ 'POST https://huggingface.co/org/name.git/info/lfs/objects/batch': { json: answer } });
    return askBatch({ ...hub, http }, { branch: 'main', objects: [object] }, {});
  };
  const multipart = (header: object) => ({ objects: [{ ...object, actions: { upload: { href: 'https://huggingface.co/done', header } } }] });

  it('puts the pieces in the order of their numbers', async () => {
    const header = { chunk_size: '4', '10': 'https://s3.example/c', '2': 'https://s3.example/b', '1': 'https://s3.example/a' };
    const upload = (await ask(multipart(header))).get(object.oid);
    expect(upload?.parts).toEqual({ size: 4, urls: ['https://s3.example/a', 'https://s3.example/b', 'https://s3.example/c'] });
  });

  it.each([
    ['pieces that are not all of it', multipart({ chunk_size: '4', '1': 'https://s3.example/a' })],
    ['pieces of no size', multipart({ chunk_size: '0', '1': 'https://s3.example/a' })],
    ['a piece that leads inside', multipart({ chunk_size: '10', '1': 'https://10.0.0.1/a' })],
    ['an object that is left out', { objects: [] }],
    ['an object that it does not take', { objects: [{ ...object, error: { code: 413, message: 'too large' } }] }],
    ['a way that nobody asked for', { transfer: 'xet', objects: [object] }],
    ['no list', {}],
  ])('with %s is refused', async (_what, answer) => {
    await expect(ask(answer)).rejects.toMatchObject({ code: expect.stringMatching(/E_REGISTRY|E_FORBIDDEN/) });
  });

  it('has nothing for what is there', async () => {
    expect((await ask({ objects: [object] })).size).toBe(0);
  });
});
