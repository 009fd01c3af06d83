import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createConnectionBudget } from './connection-budget.ts';

describe('a budget of connections', () => {
  it('gives so many at once, and then in the order in which they were asked for', async () => {
    const budget = createConnectionBudget(1);
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
    const budget = createConnectionBudget(1);
    const give = await budget.take(undefined);
    give();
    give();
    await budget.take(undefined);
    expect(budget.spare).toBe(false);
  });

  it('leaves out who no longer wants one', async () => {
    const budget = createConnectionBudget(1);
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
        const budget = createConnectionBudget(size);
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
