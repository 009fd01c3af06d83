import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { holdAtMost } from '../src/read-body.ts';
import { ask, CHAT, openScene } from './scene.ts';

const HEAD = 'POST /v1/chat/completions HTTP/1.1\r\nHost: localhost:{port}\r\n';

/** Milliseconds after which who is slow with its headers is cut off. */
const CUT_OFF = 10_000;

/** The port is known when the server runs. */
function open(port: number, text: string): Socket {
  const socket = connect({ host: '127.0.0.1', port });
  socket.on('error', () => undefined).write(text.replace('{port}', String(port)));
  return socket;
}

describe('a thousand connections that send slowly', () => {
  it.each([
    ['their headers', `${HEAD}X-Slow: `],
    ['what they ask', `${HEAD}Content-Length: 1000\r\n\r\n{"messages":`],
  ])('%s keep nobody else from being answered', async (_what, text) => {
    await using scene = await openScene();
    const slow = Array.from({ length: 1000 }, () => open(scene.port, text));
    await sleep(500);
    const begun = performance.now();
    expect((await ask(scene.port, '/v1/chat/completions', { body: CHAT })).status).toBe(200);
    expect(performance.now() - begun).toBeLessThan(CUT_OFF / 2);
    for (const socket of slow) socket.destroy();
  });

  it('are cut off', async () => {
    await using scene = await openScene();
    const slow = Array.from({ length: 1000 }, () => open(scene.port, `${HEAD}X-Slow: `));
    for (let waited = 0; slow.some(({ destroyed }) => !destroyed) && waited < 20_000; waited += 250) {
      for (const socket of slow) socket.resume();
      await sleep(250);
    }
    expect(slow.filter(({ destroyed }) => !destroyed)).toEqual([]);
  }, 60_000);
});

describe('who takes an answer now and then', () => {
  it('gets all of it, in its order, and the connection is good for more', async () => {
    const pieces = Array.from({ length: 200 }, (_, index) => `data: ${String(index).repeat(10_000)}\n\n`);
    await using scene = await openScene({
      instead: (_request, response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const piece of pieces) response.write(piece);
        response.end();
        return true;
      },
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let time = 0; time < 2; time++) {
      const asked = request({ host: '127.0.0.1', port: scene.port, agent, method: 'POST', path: '/v1/chat/completions' }).end(JSON.stringify(CHAT));
      const [response] = (await once(asked, 'response')) as [IncomingMessage];
      let text = '';
      for await (const piece of response.setEncoding('latin1') as AsyncIterable<string>) {
        text += piece;
        await sleep(2);
      }
      expect(text === pieces.join('')).toBe(true);
      expect(asked.reusedSocket).toBe(time > 0);
    }
    agent.destroy();
  });
});

describe('who takes nothing of an answer', () => {
  afterEach(() => vi.restoreAllMocks());

  it('is cut off, and the engine is free again', async () => {
    const later = globalThis.setTimeout;
    vi.spyOn(globalThis, 'setTimeout').mockImplementation(((act: () => void, ms?: number) => later(act, ms === 60_000 ? 200 : ms)) as typeof setTimeout);
    const { promise: freed, resolve } = Promise.withResolvers<string>();
    await using scene = await openScene({
      instead: (_request, response) => {
        response.once('close', () => resolve('freed'));
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        const more = (): void => {
          while (!response.destroyed && response.write(`data: ${'x'.repeat(100_000)}\n\n`));
        };
        response.on('drain', more);
        more();
        return true;
      },
    });
    const body = JSON.stringify(CHAT);
    const socket = open(scene.port, `${HEAD}Content-Length: ${body.length}\r\n\r\n${body}`).pause();
    expect(await Promise.race([freed, sleep(20_000, 'still held')])).toBe('freed');
    socket.destroy();
  });
});

describe('what is held of requests', () => {
  it('has an end, for all of them together', () => {
    const held = holdAtMost(10);
    held.take(6);
    expect(() => held.take(5)).toThrow(expect.objectContaining({ status: 429 }));
    held.give(6);
    held.take(10);
  });
});
