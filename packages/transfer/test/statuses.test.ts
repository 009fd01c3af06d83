import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ordinary, status } from './faults.ts';
import { openScene } from './scene.ts';

const now = { 'retry-after': '0' };

describe.concurrent('a blob that the server', () => {
  it.each([408, 425, 429, 500, 502, 503, 504])('answers with %d a few times comes whole', async (code) => {
    await using scene = await openScene();
    scene.server.next(status(code, now), status(code, now), status(code, now), status(code, now), status(code, now));
    expect((await scene.fetch()).sha256).toBe(scene.sha256);
    expect(scene.server.requests).toHaveLength(6);
    expect(scene.isWhole()).toBe(true);
  });

  it.each([
    [400, 'E_REGISTRY', 1],
    [401, 'E_UNAUTHORIZED', 3],
    [403, 'E_FORBIDDEN', 3],
    [404, 'E_NOT_FOUND', 1],
    [410, 'E_NOT_FOUND', 1],
    [204, 'E_REGISTRY', 1],
    [429, 'E_RATE_LIMITED', 6],
    [503, 'E_REGISTRY', 6],
  ])('always answers with %d ends with %s after %d requests', async (code, expected, most) => {
    await using scene = await openScene();
    scene.server.always(status(code, now, code === 204 ? '' : '<html>not the file</html>'));
    await expect(scene.fetch()).rejects.toMatchObject({ code: expected, message: expect.stringContaining(new URL(scene.url).host) });
    expect(scene.server.requests).toHaveLength(most);
    // The page of an error is never taken for bytes.
    expect(readFileSync(scene.target).length).toBe(0);
  });

  it.each([
    ['seconds', () => '1'],
    ['a date', () => new Date(Date.now() + 2000).toUTCString()],
  ])('asks to come back later, in %s, is left alone until then', async (_form, later) => {
    await using scene = await openScene();
    const times: number[] = [];
    scene.server.next((exchange) => {
      times.push(performance.now());
      return status(429, { 'retry-after': later() })(exchange);
    });
    await scene.fetch();
    const waited = performance.now() - (times[0] ?? 0);
    expect(waited).toBeGreaterThan(950);
    expect(waited).toBeLessThan(5000);
  });
});

describe.concurrent('an address that has expired', () => {
  it.each([401, 403])('(%d) is asked for again, and the blob goes on', async (code) => {
    await using scene = await openScene();
    const kept = await scene.fetchSome(700_000);
    const urls = [`${scene.url}?sig=old`, `${scene.url}?sig=new`];
    let located = 0;
    scene.server.always((exchange) => (exchange.request.url?.includes('old') ? status(code)(exchange) : ordinary()(exchange)));
    const { fetched } = await scene.fetch({ locate: async () => ({ url: urls[located++] ?? '', headers: {} }) });
    expect(located).toBe(2);
    expect(fetched).toBe(scene.size - kept);
    expect(scene.isWhole()).toBe(true);
  });

  it('by its own word is asked for again before it is used', async () => {
    await using scene = await openScene();
    let located = 0;
    const locate = async () => ({ url: `${scene.url}?${++located}`, headers: {}, expires: located === 1 ? Date.now() - 1 : Date.now() + 60_000 });
    await scene.fetch({ locate });
    expect(located).toBe(2);
    expect(scene.server.requests.map(({ url }) => url)).toEqual(['/blob?2']);
  });

  it('and is refused when new, too, ends it', async () => {
    await using scene = await openScene();
    scene.server.always(status(403));
    let located = 0;
    await expect(scene.fetch({ locate: async () => ({ url: `${scene.url}?${++located}`, headers: {} }) })).rejects.toMatchObject({ code: 'E_FORBIDDEN' });
    expect(located).toBeGreaterThan(1);
    expect(located).toBeLessThan(7);
  });

  it('that nobody can say anew ends with what the registry said', async () => {
    await using scene = await openScene();
    scene.server.always(status(403));
    const locate = async () => {
      if (scene.server.requests.length > 0) throw Object.assign(new Error('gone'), { code: 'ASKED_AGAIN' });
      return { url: scene.url, headers: {} };
    };
    await expect(scene.fetch({ locate })).rejects.toMatchObject({ code: 'ASKED_AGAIN' });
  });
});
