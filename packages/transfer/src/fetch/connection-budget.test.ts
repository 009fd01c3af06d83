import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createConnectionBudget } from './connection-budget.ts';

describe('a budget of connections', () => {
  it('gives so many at once, and then in the order in which they were asked for', async () => {
    const budget = createConnectionBudget({ isBusy: () => false, few: 1, most: 1 });
    const order: string[] = [];
    const give = await budget.take(undefined);
    expect(budget.spare).toBe(false);
    const waiting = ['a', 'b', 'c'].map(async (name) => {
      const back = await budget.take(undefined);
      order.push(name);
      back();
    });
    await turn();
    expect(order).toEqual([]);
    give();
    await Promise.all(waiting);
    expect(order).toEqual(['a', 'b', 'c']);
    expect(budget.spare).toBe(true);
  });

  it('takes a connection back once, however often it is given', async () => {
    const budget = createConnectionBudget({ isBusy: () => false, few: 1, most: 1 });
    const give = await budget.take(undefined);
    give();
    give();
    await budget.take(undefined);
    expect(budget.spare).toBe(false);
  });

  it('leaves out who no longer wants one', async () => {
    const budget = createConnectionBudget({ isBusy: () => false, few: 1, most: 1 });
    const give = await budget.take(undefined);
    const stop = new AbortController();
    const given: string[] = [];
    const work = async (name: string): Promise<void> => {
      const back = await budget.take(undefined);
      given.push(name);
      back();
    };
    const first = work('first');
    const gone = budget.take(stop.signal);
    const last = work('last');
    stop.abort(new Error('enough'));
    await expect(gone).rejects.toThrow('enough');
    give();
    await Promise.all([first, last]);
    expect(given).toEqual(['first', 'last']);
    expect(budget.spare).toBe(true);
    await expect(budget.take(AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
    expect(budget.spare).toBe(true);
  });

  it('is never exceeded and never lost, whoever gives up when', async () => {
    const workers = fc.array(fc.record({ turns: fc.nat(4), abortAfter: fc.option(fc.nat(4)) }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 4 }), workers, async (size, all) => {
        const budget = createConnectionBudget({ isBusy: () => false, few: size, most: size });
        let [held, most] = [0, 0];
        const work = async ({ turns, abortAfter }: { turns: number; abortAfter: number | null }): Promise<void> => {
          const stop = new AbortController();
          const aborting = abortAfter === null ? undefined : wait(abortAfter).then(() => stop.abort());
          const back = await budget.take(stop.signal).catch(() => undefined);
          if (back) {
            most = Math.max(most, ++held);
            await wait(turns);
            held--;
            back();
          }
          await aborting;
        };
        await Promise.all(all.map(work));
        expect(most).toBeLessThanOrEqual(size);
        // All of them are there again.
        await Promise.all(Array.from({ length: size }, () => budget.take(AbortSignal.timeout(1000))));
        expect(budget.spare).toBe(false);
      }),
      { numRuns: 50 },
    );
  });
});

async function wait(turns: number): Promise<void> {
  for (let index = 0; index < turns; index++) await turn();
}

describe('a budget that may grow', () => {
  /** Uses all that it is given, over a line that brings so much a connection, and so much in all. */
  async function use({ each, line, isBusy = () => false }: { each: number; line: number; isBusy?: () => boolean }): Promise<number> {
    let now = 0;
    let used = 0;
    const budget = createConnectionBudget({ isBusy, few: 2, most: 16, now: () => now });
    for (; now < 20_000; now += 100) {
      while (budget.spare || used === 0) {
        await budget.take(undefined);
        used++;
      }
      budget.count(Math.min(used * each, line) * 100);
    }
    return used;
  }

  it('doubles while that brings more, and no further than it may', async () => {
    expect(await use({ each: 1, line: 1000 })).toBe(16);
  });

  it('gives no more than are asked for first while whoever reads from them is busy', async () => {
    expect(await use({ each: 1, line: 1000, isBusy: () => true })).toBe(1);
  });

  it('tries once more than a full line needs', async () => {
    expect(await use({ each: 1, line: 4 })).toBe(8);
    expect(await use({ each: 10, line: 5 })).toBe(4);
  });

  it('goes back to what was as fast, and gives what is given back to nobody', async () => {
    let now = 0;
    const budget = createConnectionBudget({ isBusy: () => false, few: 1, most: 16, now: () => now });
    const [first] = [await budget.take(undefined)];
    const pass = (bytes: number): void => {
      for (let step = 0; step < 6; step++) {
        now += 100;
        budget.count(bytes);
      }
    };
    pass(100);
    expect(budget.spare).toBe(true);
    const second = await budget.take(undefined);
    pass(100);
    second();
    expect(budget.spare).toBe(false);
    first();
    expect(budget.spare).toBe(true);
  });

  it('judges nothing while it is not used in full', async () => {
    let now = 0;
    const budget = createConnectionBudget({ isBusy: () => false, few: 2, most: 4, now: () => now });
    await budget.take(undefined);
    for (; now < 5000; now += 100) budget.count(100);
    await budget.take(undefined);
    expect(budget.spare).toBe(false);
  });
});
