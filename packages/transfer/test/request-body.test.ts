import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type HttpBody, IlabError } from '@ilab/core';
import { afterEach, describe, expect, it } from 'vitest';
import { createHttp } from '../src/index.ts';

/** Milliseconds of silence that end a connection: a busy machine is silent at times, so that little less would do. */
const STALL_AFTER = 700;
const http = createHttp({ userAgent: 'test/1', env: {}, stallAfter: STALL_AFTER });
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close().closeAllConnections();
});

type Received = { readonly headers: IncomingMessage['headers']; readonly body: string };

/** Answers with a status for each request in turn, the last one for all others, and keeps what came. */
async function serve(statuses: readonly (number | 'cut' | 'silent')[]): Promise<{ readonly url: string; readonly received: Received[] }> {
  const received: Received[] = [];
  let count = 0;
  const server = createServer(async (request: IncomingMessage, response: ServerResponse) => {
    const status = statuses[Math.min(count++, statuses.length - 1)];
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) {
        chunks.push(chunk as Buffer);
        if (status === 'cut') return void request.destroy();
      }
    } catch {
      // Whoever sent it stopped in the middle: nothing was received.
      return;
    }
    received.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
    if (typeof status === 'number') response.writeHead(status, { 'retry-after': '0' }).end();
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, received };
}

function bodyOf(pieces: readonly string[], { size, pause = 0 }: { readonly size?: number; readonly pause?: number } = {}): HttpBody & { opened: number } {
  return {
    ...(size !== undefined && { size }),
    opened: 0,
    async *open() {
      this.opened++;
      for (const piece of pieces) {
        if (pause > 0) await sleep(pause);
        yield Buffer.from(piece);
      }
    },
  };
}

describe('a body that is read as it is sent', () => {
  it('comes with its length, or in chunks where nobody knows it', async () => {
    const { url, received } = await serve([200]);
    await http.request({ url, method: 'PUT', body: bodyOf(['ab', 'c'], { size: 3 }) }, {});
    await http.request({ url, method: 'POST', body: bodyOf(['ab', 'c']) }, {});
    expect(received.map(({ body }) => body)).toEqual(['abc', 'abc']);
    expect(received[0]?.headers).toMatchObject({ 'content-length': '3' });
    expect(received[1]?.headers).toMatchObject({ 'transfer-encoding': 'chunked' });
  });

  it('is opened again for every try', async () => {
    const { url, received } = await serve([503, 'cut', 200]);
    const body = bodyOf(['ab', 'c'], { size: 3 });
    expect((await http.request({ url, method: 'PUT', body }, {})).status).toBe(200);
    expect(body.opened).toBe(3);
    expect(received.at(-1)?.body).toBe('abc');
  });

  it('is sent once where that was asked for', async () => {
    const { url } = await serve([503]);
    const body = bodyOf(['a']);
    expect((await http.request({ url, method: 'POST', body, once: true }, {})).status).toBe(503);
    expect(body.opened).toBe(1);
  });

  it('may take longer than a server that says nothing is waited for, as long as it moves', async () => {
    const { url, received } = await serve([200]);
    await http.request({ url, method: 'PUT', body: bodyOf(Array(10).fill('x'), { size: 10, pause: STALL_AFTER / 8 }) }, {});
    expect(received[0]?.body).toBe('xxxxxxxxxx');
  });

  it('can be waited for longer, once it is sent', async () => {
    const { url } = await serve(['silent']);
    const started = performance.now();
    await expect(http.request({ url, method: 'PUT', body: bodyOf(['a'], { size: 1 }), answerWithin: 1500, once: true }, {})).rejects.toMatchObject({
      code: 'E_NETWORK',
    });
    expect(performance.now() - started).toBeGreaterThan(STALL_AFTER * 1.5);
  });

  it('of another length than announced is no request that a server could take for whole', async () => {
    const { url, received } = await serve([200]);
    for (const pieces of [['ab'], ['ab', 'cd']]) {
      await expect(http.request({ url, method: 'PUT', body: bodyOf(pieces, { size: 3 }), once: true }, {})).rejects.toMatchObject({ code: 'E_NETWORK' });
    }
    expect(received).toEqual([]);
  });

  it('that can’t be read ends the request with what it says, without another try', async () => {
    const { url, received } = await serve([200]);
    let opened = 0;
    const body: HttpBody = {
      size: 10,
      async *open() {
        opened++;
        yield Buffer.from('abc');
        throw new IlabError('E_STORE', 'it changed');
      },
    };
    await expect(http.request({ url, method: 'PUT', body }, {})).rejects.toMatchObject({ code: 'E_STORE', message: 'it changed' });
    expect({ opened, received }).toEqual({ opened: 1, received: [] });
  });

  it('is left at once when the caller stops', async () => {
    const { url } = await serve([200]);
    let ended = false;
    const body: HttpBody = {
      async *open() {
        try {
          for (;;) {
            await sleep(10);
            yield Buffer.alloc(1000);
          }
        } finally {
          ended = true;
        }
      },
    };
    const signal = AbortSignal.timeout(200);
    await expect(http.request({ url, method: 'PUT', body }, { signal })).rejects.toThrow();
    await expect.poll(() => ended).toBe(true);
  });
});
