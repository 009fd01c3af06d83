import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { watchThreads } from './thread-load.ts';

/** Leaves the event loop no time to wait. */
async function work(milliseconds: number): Promise<void> {
  for (const end = performance.now() + milliseconds; performance.now() < end; ) {
    for (const slice = performance.now() + 20; performance.now() < slice; );
    await new Promise(setImmediate);
  }
}

it('a thread is busy while it never waits, and not when it does', async () => {
  // More cores than there are: what other threads do here is not its matter.
  const isBusy = watchThreads(1000);
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

it('all threads together are busy while they use most of what the cores can do', async () => {
  const isBusy = watchThreads(1);
  // A few of these make a core busy, and leave this thread's loop idle now and then.
  for (const end = performance.now() + 500; performance.now() < end; ) {
    await work(60);
    await sleep(5);
  }
  expect(isBusy()).toBe(true);
});
