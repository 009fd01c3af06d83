import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ask, CHAT, openScene } from './scene.ts';

describe('a gateway', () => {
  it('lists its models under all their names, with what a conversation can have', async () => {
    await using scene = await openScene();
    const { data } = JSON.parse((await ask(scene.port, '/v1/models')).text) as { data: object[] };
    expect(data).toMatchObject([
      { id: 'hub.example/acme/model:v1', max_model_len: 512 },
      { id: 'mine', max_model_len: 512 },
    ]);
  });

  it.each(['hub.example/acme/model:v1', 'mine', undefined])('answers who asks for %s', async (model) => {
    await using scene = await openScene();
    const { status, text } = await ask(scene.port, '/v1/chat/completions', { body: { ...CHAT, model } });
    expect({ status, text }).toMatchObject({ status: 200, text: expect.stringContaining('"assistant"') });
    expect(scene.endpoint.requests.at(-1)).toMatchObject({ path: '/v1/chat/completions', authorization: 'Bearer of-the-engine' });
  });

  it.each(['model', 'hub.example/acme/model', '', 7, {}])('has no model %j, and says what it has', async (model) => {
    await using scene = await openScene();
    const { status, text } = await ask(scene.port, '/v1/completions', { body: { prompt: 'x', model } });
    expect({ status, error: JSON.parse(text).error }).toMatchObject({
      status: 404,
      error: { code: 'model_not_found', message: expect.stringContaining('hub.example/acme/model:v1') },
    });
  });

  it('passes a stream on as it comes, and nothing of the engine’s own headers', async () => {
    const { promise: taken, resolve: takes } = Promise.withResolvers<void>();
    await using scene = await openScene({
      instead: (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream', 'x-engine': 'secret', 'set-cookie': 'a=b' });
        response.write('data: {"a":1}\n\n');
        void taken.then(() => response.end('data: [DONE]\n\n'));
        return true;
      },
    });
    const response = await fetch(`${scene.gateway.url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(CHAT) });
    const reader = response.body?.getReader();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('data: {"a":1}\n\n');
    takes();
    expect(Buffer.from((await reader?.read())?.value ?? []).toString()).toBe('data: [DONE]\n\n');
    expect([...response.headers.keys()]).not.toContain('x-engine');
    expect([...response.headers.keys()]).not.toContain('set-cookie');
  });

  it('lets the engine stop when whoever asked is gone', async () => {
    const { promise: gone, resolve } = Promise.withResolvers<void>();
    await using scene = await openScene({
      instead: (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {}\n\n');
        response.once('close', resolve);
        return true;
      },
    });
    const stop = new AbortController();
    const response = await fetch(`${scene.gateway.url}/v1/chat/completions`, { method: 'POST', body: JSON.stringify(CHAT), signal: stop.signal });
    await response.body?.getReader().read();
    stop.abort();
    expect(await Promise.race([gone.then(() => 'gone'), sleep(15_000, 'still there')])).toBe('gone');
  });

  it.each<[string, string, number]>([
    ['no JSON', '{', 400],
    ['no object', '[]', 400],
    ['too much', `{"a":"${'x'.repeat(9 * 1024 * 1024)}"}`, 413],
  ])('refuses %s', async (_what, body, status) => {
    await using scene = await openScene();
    const answer = await ask(scene.port, '/v1/completions', { body }).catch(() => undefined);
    // Who goes on sending may be cut off before it reads the answer.
    if (answer || status !== 413) expect(answer?.status).toBe(status);
    expect(scene.endpoint.requests).toEqual([]);
  });

  it('says what paths and methods there are', async () => {
    await using scene = await openScene();
    expect((await ask(scene.port, '/v1/nothing')).status).toBe(404);
    expect(await ask(scene.port, '/v1/completions')).toMatchObject({ status: 405, headers: { allow: 'POST' } });
  });

  it('tells who asks too much at once to come back', async () => {
    await using scene = await openScene({ mostRequests: 2, instead: () => true });
    const held = [1, 2].map(() => ask(scene.port, '/v1/completions', { body: { prompt: 'x' } }).catch(() => undefined));
    await expect.poll(() => scene.endpoint.requests.length).toBe(2);
    expect(await ask(scene.port, '/v1/completions', { body: { prompt: 'x' } })).toMatchObject({ status: 429, headers: { 'retry-after': '1' } });
    await scene.endpoint.close();
    await Promise.all(held);
  });

  it('tells what it did, to Prometheus', async () => {
    await using scene = await openScene();
    await ask(scene.port, '/v1/chat/completions', { body: CHAT });
    await ask(scene.port, `/${'x'.repeat(100)}`);
    const metrics = async (): Promise<string> => (await ask(scene.port, '/metrics')).text;
    // What was answered is counted when the answer has gone out.
    await expect.poll(metrics).toContain('ilab_requests_total{path="other",status="404",model=""} 1');
    const text = await metrics();
    expect(text).toContain('ilab_requests_total{path="/v1/chat/completions",status="200",model="hub.example/acme/model:v1"} 1');
    expect(text).toContain('ilab_engine_up{model="hub.example/acme/model:v1"} 1');
    expect(text).toMatch(/ilab_request_duration_seconds_bucket\{model="hub\.example\/acme\/model:v1",le="\+Inf"\} 1/);
  });
});

describe('a gateway with a key', () => {
  it('answers who shows it, and tells everybody else whether it lives, and no more', async () => {
    await using scene = await openScene({ key: 'of-the-gateway' });
    for (const headers of [{}, { authorization: 'Bearer wrong' }, { authorization: 'of-the-gateway' }, { authorization: 'Bearer of-the-engine' }]) {
      for (const path of ['/v1/models', '/metrics', '/v1/nothing']) expect((await ask(scene.port, path, { headers })).status).toBe(401);
    }
    expect((await ask(scene.port, '/v1/models', { headers: { authorization: 'Bearer of-the-gateway' } })).status).toBe(200);
    expect((await ask(scene.port, '/health')).text).toBe('{"status":"ok"}');
  });

  it('is needed wherever others can ask', async () => {
    await expect(openScene({ host: '0.0.0.0' })).rejects.toMatchObject({ code: 'E_USAGE', hint: expect.stringContaining('ILAB_API_KEY') });
  });
});
