import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { watchThread } from './thread-load.ts';

/** Leaves the event loop no time to wait. */
async function work(milliseconds: number): Promise<void> {
  for (const end = performance.now() + milliseconds; performance.now() < end; ) {
    for (const slice = performance.now() + 20; performance.now() < slice; );
    await new Promise(setImmediate);
  }
}

it('a thread is busy while it never waits, and not when it does', async () => {
  const isBusy = watchThread();
  await sleep(250);
  expect(isBusy()).toBe(false);
  await work(300);
  expect(isBusy()).toBe(true);
  await sleep(50);
  // Too short a time to tell anything new.
  expect(isBusy()).toBe(true);
  await sleep(300);
  expect(isBusy()).toBe(false);
});
