import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { limitAwake } from './limit-awake.ts';

const LIMIT = 1000;

/** Stops this thread. */
const standStill = (milliseconds: number): void => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);

it('does not count the time in which this process stood still', async () => {
  using limit = limitAwake(LIMIT);
  standStill(1.2 * LIMIT);
  // What came meanwhile is heard now.
  await sleep(10);
  expect(limit.signal.aborted).toBe(false);
});

it('ends a wait in which nothing came', async () => {
  using limit = limitAwake(LIMIT / 5);
  const started = performance.now();
  await once(limit.signal, 'abort');
  expect(performance.now() - started).toBeGreaterThan(LIMIT / 6);
});

it('is over with what it was for', async () => {
  const over = limitAwake(LIMIT / 10);
  over[Symbol.dispose]();
  using later = limitAwake(LIMIT / 5);
  await once(later.signal, 'abort');
  expect(over.signal.aborted).toBe(false);
});
