import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EngineSession } from '@ilab/plugin-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO, NO_ENGINE, post, realEngine } from './real.ts';
import { tinyEncoder } from './tiny-encoder.ts';

describe.skipIf(NO_ENGINE)(`a model that only embeds (${NO_ENGINE ?? 'real engine'})`, { timeout: 60_000 }, () => {
  let folder: string;
  let session: EngineSession;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ilab-encoder-'));
    const path = join(folder, 'encoder.gguf');
    await writeFile(path, tinyEncoder());
    session = await realEngine().start({ ...DEMO, model: { names: ['encoder'], path, format: 'gguf', files: [], adapters: [] }, slots: 1 }, {});
  }, 60_000);
  afterAll(async () => {
    await session?.end();
    await rm(folder, { recursive: true, force: true });
  });

  async function vectors(input: readonly string[]): Promise<readonly (readonly number[])[]> {
    const { status, body } = await post(session, 'embeddings', { model: 'encoder', input, encoding_format: 'float' });
    expect(status, JSON.stringify(body)).toBe(200);
    return (body as { readonly data: readonly { readonly embedding: readonly number[] }[] }).data.map(({ embedding }) => embedding);
  }

  it('gives the same text the same vector, and another another', async () => {
    const [one, same, other] = await vectors(['bees make honey', 'bees make honey', 'ships']);
    expect(one).toHaveLength(64);
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
  });

  it('refuses a text that it has no room for', async () => {
    const answer = await post(session, 'embeddings', { model: 'encoder', input: 'bees honey '.repeat(600) });
    expect(answer).toMatchObject({ status: 400, body: { error: { code: 'context_length_exceeded' } } });
  });

  it('says nothing when it is talked to, and embeds all the same', async () => {
    const refusal = { status: 400, body: { error: { message: expect.stringContaining('/v1/embeddings'), param: 'model' } } };
    expect(await post(session, 'chat/completions', { model: 'encoder', messages: [{ role: 'user', content: 'bees' }] })).toMatchObject(refusal);
    expect(await post(session, 'completions', { model: 'encoder', prompt: 'bees' })).toMatchObject(refusal);
    expect(await vectors(['bees'])).toHaveLength(1);
  });
});
