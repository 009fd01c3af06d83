import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { forEachAtOnce } from './for-each-at-once.ts';

describe('forEachAtOnce', () => {
  it('works on all, in order, and never on more at once than allowed', async () => {
    const begun: number[] = [];
    let running = 0;
    let busiest = 0;
    await forEachAtOnce([1, 2, 3, 4, 5, 6, 7], { limit: 3 }, async (item) => {
      begun.push(item);
      busiest = Math.max(busiest, ++running);
      await setImmediate();
      running--;
    });
    expect(begun).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(busiest).toBe(3);
  });

  it('aborts the others at the first failure, waits for them, and begins nothing more', async () => {
    const ended: string[] = [];
    const work = async (item: string, signal: AbortSignal): Promise<void> => {
      if (item === 'fails') throw new Error('first');
      const { promise, resolve } = Promise.withResolvers<void>();
      signal.addEventListener('abort', () => resolve());
      await promise;
      await setImmediate();
      ended.push(item);
      throw new Error('second');
    };
    await expect(forEachAtOnce(['long', 'fails', 'never begun'], { limit: 2 }, work)).rejects.toThrow('first');
    expect(ended).toEqual(['long']);
  });

  it('passes the caller’s signal on, and ends with its reason', async () => {
    const controller = new AbortController();
    const seen: unknown[] = [];
    const all = forEachAtOnce([1, 2], { limit: 1, signal: controller.signal }, async (item, signal) => {
      controller.abort(new Error('enough'));
      seen.push([item, signal.aborted]);
    });
    await expect(all).rejects.toThrow('enough');
    expect(seen).toEqual([[1, true]]);
  });

  it('does nothing for nothing', async () => {
    await expect(forEachAtOnce([], { limit: 8 }, () => Promise.reject(new Error('called')))).resolves.toBeUndefined();
  });
});
