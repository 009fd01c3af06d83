import { describe, it } from 'vitest';
import { openScene, SIZES, SMALL } from './scene.ts';

// They wait most of the time, and can do so together.
describe.concurrent.each(SIZES)('%s, slowed down', (_what, size) => {
  it('comes whole, and no faster than it may', async ({ expect }) => {
    await using scene = await openScene({ size });
    const seconds = 1.5;
    const started = performance.now();
    expect(await scene.fetch({ options: { limitRate: size / seconds } })).toEqual({ fetched: size, linked: 0, sha256: scene.sha256 });
    // The last bytes are not waited for.
    expect(performance.now() - started).toBeGreaterThan(seconds * 800);
    expect(scene.isWhole()).toBe(true);
  });

  it('is not taken for a dead connection, though it waits for longer than one may be silent', async ({ expect }) => {
    await using scene = await openScene({ size });
    const options = { limitRate: size > SMALL ? 500_000 : 50_000, stallAfter: 1000 };
    await expect(scene.fetch({ options, signal: AbortSignal.timeout(3500) })).rejects.toThrow('timeout');
    expect(scene.server.requests.length).toBe(1);
  });

  it('is aborted while it waits', async ({ expect }) => {
    await using scene = await openScene({ size });
    const started = performance.now();
    await expect(scene.fetch({ options: { limitRate: 10_000 }, signal: AbortSignal.timeout(300) })).rejects.toThrow('timeout');
    expect(performance.now() - started).toBeLessThan(10_000);
  });
});
