import { existsSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAbort } from '@ilab/core';
import { describe, expect, it } from 'vitest';
import { createHttp } from '../src/index.ts';
import { startFaultServer } from './fault-server.ts';
import { cut, silence, slowly, stall, status } from './faults.ts';
import { type FetchOptions, openScene, PROMPTLY, SIZES } from './scene.ts';

/** Runs until it hangs, aborts it, and says what it threw and after how many milliseconds. */
async function abortLater(run: (signal: AbortSignal) => Promise<unknown>): Promise<{ readonly error: unknown; readonly took: number }> {
  const stop = new AbortController();
  const outcome = run(stop.signal).then(
    () => 'nothing was thrown',
    (error: unknown) => error,
  );
  await sleep(150);
  const started = performance.now();
  stop.abort();
  return { error: await outcome, took: performance.now() - started };
}

/** Takes connections and never says a word: no TLS handshake ends here. */
async function startMute(): Promise<{ readonly url: string } & AsyncDisposable> {
  const server = createServer((socket) => void socket.on('error', () => undefined));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/blob`,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

describe.each(SIZES)('fetching %s ends promptly when it is aborted', (_name, size) => {
  it.each([
    ['before the head', silence()],
    ['after the head', stall(0)],
    ['in the middle', stall(Math.floor(size / 2))],
    ['while bytes come', slowly(128 * 1024)],
    ['while it waits to try again', cut(0)],
    ['while the server has asked to wait', status(429, { 'retry-after': '50' })],
  ])('%s', async (_when, answer) => {
    await using scene = await openScene({ size });
    scene.server.always(answer);
    const { error, took } = await abortLater((signal) => scene.fetch({ signal, options: { connections: 1 } }));
    expect(isAbort(error)).toBe(true);
    expect(took).toBeLessThan(PROMPTLY);
  });

  it('while a connection is being made', async () => {
    await using scene = await openScene({ size });
    await using mute = await startMute();
    const { error, took } = await abortLater((signal) => scene.fetch({ signal, url: mute.url }));
    expect(isAbort(error)).toBe(true);
    expect(took).toBeLessThan(PROMPTLY);
  });

  it('with the reason that the caller gave', async () => {
    await using scene = await openScene({ size });
    scene.server.always(silence());
    const reason = new Error('the user has seen enough');
    const stop = new AbortController();
    setTimeout(() => stop.abort(reason), 50);
    await expect(scene.fetch({ signal: stop.signal })).rejects.toBe(reason);
  });
});

describe('fetching', () => {
  it('that was aborted before it began asks nobody and spoils nothing', async () => {
    await using scene = await openScene();
    const kept = await scene.fetchSome(700_000);
    const asked = scene.server.requests.length;
    await expect(scene.fetch({ signal: AbortSignal.abort() })).rejects.toSatisfy(isAbort);
    expect(scene.server.requests).toHaveLength(asked);
    expect(await scene.fetch()).toMatchObject({ fetched: scene.size - kept });
  });

  it('that is aborted while the registry is asked passes the abort on', async () => {
    await using scene = await openScene();
    const locate: FetchOptions['locate'] = ({ signal }) => new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    const { error, took } = await abortLater((signal) => scene.fetch({ signal, locate }));
    expect(isAbort(error)).toBe(true);
    expect(took).toBeLessThan(PROMPTLY);
    expect(existsSync(scene.target)).toBe(true);
  });
});

describe('a request to the API ends promptly when it is aborted', () => {
  it.each([
    ['before the head', silence()],
    ['in the body', stall(3)],
    ['while the server has asked to wait', status(503, { 'retry-after': '50' })],
  ])('%s', async (_when, answer) => {
    await using server = await startFaultServer(Buffer.from('{"a":1}'));
    server.always(answer);
    const http = createHttp({ userAgent: 'test', env: {} });
    const { error, took } = await abortLater((signal) => http.request({ url: server.origin }, { signal }));
    expect(isAbort(error)).toBe(true);
    expect(took).toBeLessThan(PROMPTLY);
    await http.close();
  });

  it('while a connection is being made', async () => {
    await using mute = await startMute();
    const http = createHttp({ userAgent: 'test', env: {} });
    const { error, took } = await abortLater((signal) => http.request({ url: mute.url }, { signal }));
    expect(isAbort(error)).toBe(true);
    expect(took).toBeLessThan(PROMPTLY);
    await http.close();
  });
});
