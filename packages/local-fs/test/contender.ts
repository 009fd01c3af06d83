/**
 * A process that takes a lock many times in a row when it is told to, on standard input, and says how often it was not alone; or takes
 * it once and holds it until it is killed.
 */
import { closeSync, openSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { locksIn } from '../src/locks/locks-in.ts';
import type { HeldLock } from '../src/locks/locks.ts';

const TIMES = 2;
const [, , directory = '', role = ''] = process.argv;
const locks = locksIn(directory);

/** Looks more often than users' processes do, to meet the others. */
async function take(): Promise<HeldLock> {
  for (;;) {
    const lock = locks.take('lock', 'test');
    if (lock) return lock;
    await sleep(Math.random() * 10);
  }
}

/** Whether nobody else was inside while this process was. */
async function isAlone(): Promise<boolean> {
  const inside = join(directory, 'inside');
  try {
    closeSync(openSync(inside, 'wx'));
  } catch {
    return false;
  }
  await sleep(Math.random() * 2);
  rmSync(inside, { force: true });
  return true;
}

if (role === 'holder') {
  await take();
  process.stdout.write('holding\n');
  setInterval(() => undefined, 60_000);
} else {
  process.stdout.write('ready\n');
  for await (const _round of createInterface({ input: process.stdin })) {
    let notAlone = 0;
    for (let time = 0; time < TIMES; time++) {
      const lock = await take();
      if (!(await isAlone())) notAlone++;
      lock.release();
    }
    process.stdout.write(`${notAlone}\n`);
  }
}
