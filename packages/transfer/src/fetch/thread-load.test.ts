import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type CoreTimes, watchThreads } from './thread-load.ts';

let milliseconds = 0;
/** A machine that is idle whenever it is looked at. */
const idleMachine = (): CoreTimes => ({ idle: ++milliseconds, all: milliseconds });

/** Leaves the event loop no time to wait. */
async function work(milliseconds: number): Promise<void> {
  for (const end = performance.now() + milliseconds; performance.now() < end; ) {
    for (const slice = performance.now() + 20; performance.now() < slice; );
    await new Promise(setImmediate);
  }
}

it('a thread is busy while it never waits, and not when it does', async () => {
  // More cores than there are: what other threads do here is not its matter.
  const isBusy = watchThreads({ cores: 1000, times: idleMachine });
  await sleep(250);
  expect(isBusy()).toBe(false);
  await work(300);
  expect(isBusy()).toBe(true);
  await sleep(10);
  // Too short a time to tell anything new.
  expect(isBusy()).toBe(true);
  await sleep(300);
  expect(isBusy()).toBe(false);
});

/** What a process used of one core and how long all cores were idle, since it was made; nothing of it depends on the machine that runs the tests. */
function invented(): { readonly isBusy: () => boolean; pass(part: { readonly used: number; readonly idle: number }): Promise<void> } {
  const [began, now] = [performance.now(), { used: 0, idle: 0 }];
  const since = (): number => performance.now() - began;
  const isBusy = watchThreads({ cores: 1, used: () => now.used * since(), times: () => ({ idle: now.idle * since(), all: since() }) });
  return {
    isBusy,
    async pass(part) {
      Object.assign(now, part);
      await sleep(250);
    },
  };
}

it.each([
  { used: 0.7, idle: 0.3, expected: true, name: 'most of what the cores can do' },
  { used: 0.4, idle: 0.6, expected: false, name: 'some of it' },
  { used: 0.4, idle: 0.05, expected: true, name: 'some of it, and others the rest' },
  { used: 0.1, idle: 0, expected: false, name: 'next to nothing, on a machine that others keep busy' },
])('threads that together use $name are busy: $expected', async ({ expected, ...part }) => {
  const { isBusy, pass } = invented();
  await pass(part);
  expect(isBusy()).toBe(expected);
});
