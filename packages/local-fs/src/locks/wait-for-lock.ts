import { setTimeout as sleep } from 'node:timers/promises';
import type { StageOptions } from '@ilab/core';
import type { HeldLock, Locks } from './locks.ts';

/** Milliseconds between two looks: at first, and at most. */
const SOON = 20;
const LATEST = 200;

/** Waits until a lock is free, and takes it. Kernel locks can't wake a program that goes on doing other things, so it looks again and again. */
export async function waitForLock(locks: Locks, name: string, { purpose, signal, onWait }: StageOptions & { readonly purpose: string }): Promise<HeldLock> {
  for (let pause = SOON; ; pause = Math.min(pause * 1.5, LATEST)) {
    signal?.throwIfAborted();
    const lock = locks.take(name, purpose);
    if (lock) return lock;
    const holder = locks.holder(name);
    // What this process does itself is no news.
    if (holder?.pid !== process.pid) onWait?.(holder);
    await sleep(pause, undefined, signal && { signal });
  }
}
