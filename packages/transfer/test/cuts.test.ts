import { randomInt } from 'node:crypto';
import { rmSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { cut, cutAfter } from './faults.ts';
import { LARGE, openScene, SMALL } from './scene.ts';

vi.mock('../src/http/retry-policy.ts', async (original) => ({ ...(await original<object>()), retryDelay: () => 1 }));

const CUTS = 100;
/** What may be sent, of what there is: what a connection had sent and nobody had read when it was cut comes twice. */
const MOST = 1.05;

describe('a connection that is cut', () => {
  it(`at ${CUTS} random offsets, once in each download, costs next to nothing`, async () => {
    await using scene = await openScene();
    for (let count = 0; count < CUTS; count++) {
      const at = randomInt(SMALL);
      scene.server.next(cut(at, count % 2 === 0 ? 'fin' : 'rst'));
      expect((await scene.fetch()).sha256, `cut at ${at}`).toBe(scene.sha256);
      expect(scene.isWhole(), `cut at ${at}`).toBe(true);
      rmSync(scene.target);
    }
    expect(scene.server.requests.length).toBeGreaterThanOrEqual(2 * CUTS);
    expect(scene.server.sent).toBeLessThanOrEqual(MOST * CUTS * SMALL);
  });

  it(`${CUTS} times in one download, wherever each of its connections is, costs next to nothing`, async () => {
    await using scene = await openScene({ size: LARGE });
    const pieces = Array.from({ length: CUTS }, () => randomInt(32_768, 600_000));
    scene.server.next(...pieces.map((bytes) => cutAfter(bytes)));
    expect((await scene.fetch()).sha256).toBe(scene.sha256);
    expect(scene.isWhole()).toBe(true);
    expect(scene.server.requests.length).toBeGreaterThan(CUTS);
    expect(scene.server.sent).toBeGreaterThanOrEqual(LARGE);
    expect(scene.server.sent).toBeLessThanOrEqual(MOST * LARGE);
  });
});
