import type { EngineEnd, EngineSession } from '@ilab/core';
import { startEndpoint, type TestEndpoint } from '@ilab/testkit/endpoint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Gateway, startGateway } from '../src/index.ts';
import { type Answer, ask, CHAT } from './scene.ts';

const [FIRST, ALIAS, SECOND] = ['hub.example/acme/first:v1', 'mine', '/models/second one.gguf'];

let endpoints: readonly TestEndpoint[];
let gateway: Gateway;
let port: number;
/** Ends the second engine, and it can't be had again. */
let crash: () => void;

beforeAll(async () => {
  endpoints = await Promise.all([startEndpoint({ names: [FIRST, ALIAS] }), startEndpoint({ names: [SECOND] })]);
  const models = endpoints.map(({ url: endpoint }, index) => {
    const { promise: ended, resolve } = Promise.withResolvers<EngineEnd>();
    crash = () => resolve({ asked: false, because: 'It was killed by SIGSEGV.' });
    let starts = 0;
    const start = async (): Promise<EngineSession> => {
      if (starts++ > 0) throw new Error('it will not start');
      return { endpoint, headers: {}, ended, end: async () => resolve({ asked: true, because: 'It was told to.' }) };
    };
    return { names: index === 0 ? [FIRST, ALIAS] : [SECOND], start };
  });
  gateway = await startGateway({ host: '127.0.0.1', port: 0, models });
  port = Number(new URL(gateway.url).port);
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all(endpoints.map((endpoint) => endpoint.close()));
});

const chat = (model: string): Promise<Answer> => ask(port, '/v1/chat/completions', { body: { ...CHAT, model } });
/** How often each engine was asked. */
const asked = (): readonly number[] => endpoints.map(({ requests }) => requests.length);

describe('a gateway with several models', () => {
  it.each([FIRST, ALIAS, SECOND])('tells of %s by itself, however the name is written', async (id) => {
    for (const path of [encodeURIComponent(id), encodeURI(id)]) {
      const { status, text } = await ask(port, `/v1/models/${path}`);
      expect({ status, body: JSON.parse(text) }).toMatchObject({ status: 200, body: { id, object: 'model', created: expect.any(Number), owned_by: 'ilab' } });
    }
  });

  it.each(['nobody', '', '%', 'mine/'])('has no model “%s” to tell of, and says what it has', async (name) => {
    const { status, text } = await ask(port, `/v1/models/${name}`);
    expect({ status, text }).toEqual({ status: 404, text: expect.stringContaining(SECOND) });
    expect(JSON.parse(text)).toMatchObject({ error: { code: 'model_not_found' } });
  });

  it('takes the name from the address where the body has none, and hands it on', async () => {
    const before = asked();
    const named = `?model=${encodeURIComponent(SECOND)}`;
    expect((await ask(port, `/v1/chat/completions${named}`, { body: CHAT })).status).toBe(200);
    expect((await ask(port, `/v1/chat/completions${named}`, { body: { ...CHAT, model: ALIAS } })).status).toBe(200);
    await ask(port, `/tokenizer_info${named}`);
    expect(asked().map((count, index) => count - (before[index] ?? 0))).toEqual([1, 2]);
    expect((await ask(port, '/v1/chat/completions', { body: CHAT })).status).toBe(404);
  });

  it('answers for one while another has crashed', async () => {
    expect((await chat(SECOND)).status).toBe(200);
    crash();
    await expect.poll(() => gateway.models[1]?.state).toBe('restarting');
    expect(await chat(SECOND)).toMatchObject({ status: 503, text: expect.stringContaining('engine_restarting') });
    for (const name of [FIRST, ALIAS]) expect((await chat(name)).status).toBe(200);
    expect(gateway.models.map(({ state }) => state)).toEqual(['ready', 'restarting']);
    expect((await ask(port, '/metrics')).text).toContain(`ilab_engine_up{model="${SECOND}"} 0`);
  });
});
