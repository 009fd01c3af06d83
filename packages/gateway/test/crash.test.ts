import type { Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { ask, CHAT, openScene } from './scene.ts';

describe('an engine that ends by itself', () => {
  it('is told of, and started again; meanwhile who asks is told to come back', async () => {
    const { promise: again, resolve: startAgain } = Promise.withResolvers<void>();
    await using scene = await openScene({ failures: 1, again });
    scene.crash();
    await expect.poll(() => scene.gateway.models[0]?.state).toBe('restarting');
    expect(await ask(scene.port, '/health')).toMatchObject({ status: 503, text: '{"status":"restarting"}' });
    expect(await ask(scene.port, '/v1/chat/completions', { body: CHAT })).toMatchObject({ status: 503, headers: { 'retry-after': '2' } });
    startAgain();
    while ((await ask(scene.port, '/health')).status !== 200) await sleep(50);
    expect(scene.starts).toBe(2);
    expect((await ask(scene.port, '/v1/chat/completions', { body: CHAT })).status).toBe(200);
    expect(scene.said.join('\n')).toContain('It was killed by SIGSEGV.');
    expect((await ask(scene.port, '/metrics')).text).toContain('ilab_engine_restarts_total{model="hub.example/acme/model:v1"} 1');
  });

  it.each([
    ['text/event-stream', /engine_broke_off/],
    ['application/json', /^\{"a"$/],
  ])('in the middle of an answer of %s is not taken for an end', async (type, text) => {
    await using scene = await openScene({
      instead: (_request, response) => {
        response.writeHead(200, { 'content-type': type }).write('{"a"');
        setTimeout(() => response.socket?.destroy(), 50);
        return true;
      },
    });
    const answer = await ask(scene.port, '/v1/chat/completions', { body: CHAT });
    expect(answer.text).toMatch(text);
  });

  it('that can’t be reached is an error that says so', async () => {
    await using scene = await openScene();
    await scene.endpoint.close();
    expect(await ask(scene.port, '/v1/chat/completions', { body: CHAT })).toMatchObject({ status: 502, text: expect.stringContaining('engine_unreachable') });
  });
});

describe('an engine that closes a connection just as it is used again', () => {
  it('is asked once more, on another, and no more than once', async () => {
    const requests = new Map<Socket, number>();
    let isGone = false;
    await using scene = await openScene({
      instead: ({ socket }) => {
        const asked = (requests.get(socket) ?? 0) + 1;
        requests.set(socket, asked);
        if (asked === 1 && !isGone) return false;
        socket.destroy();
        return true;
      },
    });
    const times = (): number => [...requests.values()].reduce((sum, asked) => sum + asked, 0);
    expect((await ask(scene.port, '/v1/chat/completions', { body: CHAT })).status).toBe(200);
    expect((await ask(scene.port, '/v1/chat/completions', { body: CHAT })).status).toBe(200);
    expect([times(), requests.size]).toEqual([3, 2]);
    isGone = true;
    expect((await ask(scene.port, '/v1/chat/completions', { body: CHAT })).status).toBe(502);
    expect([times(), requests.size]).toEqual([5, 3]);
  });
});

describe('a gateway that is stopped while an engine comes up again', () => {
  it('leaves none behind', async () => {
    await using scene = await openScene({ startingTakes: 300 });
    scene.crash();
    await expect.poll(() => scene.starts).toBe(2);
    await scene.gateway.stop();
    expect(scene.starts).toBe(2);
    expect(scene.running).toBe(0);
  });
});
