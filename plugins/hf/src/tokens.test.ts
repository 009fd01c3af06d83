import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { endpointOf } from './endpoint.ts';
import { findToken } from './tokens.ts';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'ilab-hf-'));
});
afterEach(() => rm(home, { recursive: true }));

async function put(path: string, text: string): Promise<string> {
  const file = join(home, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
  return file;
}

function find(env: Record<string, string>, host = 'huggingface.co') {
  return findToken(endpointOf(host, { env, registries: {} }), { env, home }, {});
}

const readOnly = { store: () => Promise.reject(new Error('stored')), erase: () => Promise.reject(new Error('erased')) };

describe('the user’s own token', () => {
  it('is none where nothing is set', async () => {
    expect(await find({})).toBeUndefined();
  });

  it('is HF_TOKEN, trimmed, before anything else', async () => {
    await put('.cache/huggingface/token', 'from-file');
    expect(await find({ HF_TOKEN: ' first\n', HUGGING_FACE_HUB_TOKEN: 'second' })).toEqual({ secret: 'first', origin: 'HF_TOKEN' });
  });

  it('is HUGGING_FACE_HUB_TOKEN where HF_TOKEN is empty', async () => {
    expect(await find({ HF_TOKEN: '', HUGGING_FACE_HUB_TOKEN: 'second' })).toEqual({ secret: 'second', origin: 'HUGGING_FACE_HUB_TOKEN' });
  });

  it('is read from the file that the variables lead to', async () => {
    await put('.cache/huggingface/token', 'default\n');
    await put('xdg/huggingface/token', 'xdg\r\n');
    await put('hf-home/token', 'hf-home');
    await put('elsewhere', 'elsewhere');
    const XDG_CACHE_HOME = join(home, 'xdg');
    expect(await find({})).toEqual({ secret: 'default', origin: join(home, '.cache/huggingface/token') });
    expect((await find({ XDG_CACHE_HOME }))?.secret).toBe('xdg');
    expect((await find({ XDG_CACHE_HOME, HF_HOME: '~/hf-home' }))?.secret).toBe('hf-home');
    expect((await find({ HF_HOME: '$BASE/hf-home', BASE: home }))?.secret).toBe('hf-home');
    expect((await find({ HF_HOME: '~/hf-home', HF_TOKEN_PATH: '~/elsewhere' }))?.secret).toBe('elsewhere');
  });

  it('is none where the file is empty or a directory', async () => {
    await put('empty', ' \n');
    expect(await find({ HF_TOKEN_PATH: '~/empty' })).toBeUndefined();
    expect(await find({ HF_TOKEN_PATH: '~' })).toBeUndefined();
  });

  it.each(['1', 'ON', 'yes', 'True'])('stays at home with HF_HUB_DISABLE_IMPLICIT_TOKEN=%s', async (off) => {
    expect(await find({ HF_TOKEN: 'secret', HF_HUB_DISABLE_IMPLICIT_TOKEN: off })).toBeUndefined();
  });

  it('belongs to HF_ENDPOINT, and to no other host', async () => {
    const env = { HF_TOKEN: 'secret', HF_ENDPOINT: 'https://hub.example' };
    expect((await find(env, 'huggingface.co'))?.secret).toBe('secret');
    expect((await find(env, 'hub.example'))?.secret).toBe('secret');
    expect(await find(env, 'other.example')).toBeUndefined();
    expect(await find({ HF_TOKEN: 'secret' }, 'hub.example')).toBeUndefined();
  });

  it.each(['two words', 'line\nbreak', 'smart“quotes”'])('is refused, unrepeated, when no header can carry it', async (HF_TOKEN) => {
    const refused = expect.objectContaining({ code: 'E_UNAUTHORIZED', message: expect.not.stringContaining(HF_TOKEN) });
    await expect(find({ HF_TOKEN })).rejects.toEqual(refused);
  });
});

describe('the token of another Hub', () => {
  const endpoint = endpointOf('hub.example', { env: {}, registries: {} });
  const env = { HF_TOKEN: 'own' };

  it('is what is stored for exactly its host', async () => {
    const asked: string[] = [];
    const credentials = {
      async find(host: string) {
        asked.push(host);
        return { kind: 'token' as const, token: 'stored' };
      },
      ...readOnly,
    };
    expect((await findToken(endpoint, { env, home, credentials }, {}))?.secret).toBe('stored');
    expect(asked).toEqual(['hub.example']);
  });

  it('can be stored as the password of a user', async () => {
    const credentials = { find: async () => ({ kind: 'basic' as const, username: 'me', password: 'stored' }), ...readOnly };
    expect((await findToken(endpoint, { env, home, credentials }, {}))?.secret).toBe('stored');
  });
});
