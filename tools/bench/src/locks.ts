import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { locksIn } from '@ilab/local-fs';
import { median } from './measure.ts';

const TAKES = 2000;
const KILLS = 11;
const WAITERS = 16;
const SCRIPT = fileURLToPath(new URL('./lock-waiter.ts', import.meta.url));

/** What a lock costs that nobody wants, and how soon others have one whose holder was killed. */
export async function benchLocks(): Promise<readonly string[]> {
  const directory = await mkdtemp(join(tmpdir(), 'ilab-bench-'));
  try {
    const locks = locksIn(directory);
    const taken = perCall(() => locks.take('lock', 'bench')?.release());
    const held = locks.take('lock', 'bench');
    const refused = perCall(() => locks.take('lock', 'bench'));
    held?.release();
    const takeovers: number[] = [];
    for (let round = 0; round < KILLS; round++) takeovers.push(...(await takeover(directory, 1)));
    const many = await takeover(directory, WAITERS);
    return [
      `${locks.kernel ? 'kernel locks' : 'no locks'}: taken and given up in ${milliseconds(taken)}, refused in ${milliseconds(refused)}`,
      `holder killed: the waiter has it after ${milliseconds(median(takeovers))}, at worst ${milliseconds(Math.max(...takeovers))} (${KILLS} kills)`,
      `holder killed, ${WAITERS} waiters: the first has it after ${milliseconds(Math.min(...many))}, the last after ${milliseconds(Math.max(...many))}`,
    ];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function perCall(call: () => unknown): number {
  const started = performance.now();
  for (let count = 0; count < TAKES; count++) call();
  return (performance.now() - started) / TAKES;
}

/** @returns milliseconds from the kill until each of the waiters had the lock */
async function takeover(directory: string, waiters: number): Promise<readonly number[]> {
  const holder = await start(directory, 'hold');
  await holder.next();
  const waiting = await Promise.all(Array.from({ length: waiters }, () => start(directory, 'release')));
  // Long enough for the pause between two looks to be as long as it gets.
  await sleep(1500);
  const killed = Date.now();
  holder.child.kill('SIGKILL');
  return Promise.all(waiting.map(async ({ next }) => Number(await next()) - killed));
}

async function start(directory: string, then: string): Promise<{ readonly child: ChildProcess; readonly next: () => Promise<string> }> {
  const child = spawn(process.execPath, ['--conditions=@ilab/source', '--disable-warning=ExperimentalWarning', SCRIPT, directory, then], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async (): Promise<string> => String((await lines.next()).value);
  await Promise.race([next(), once(child, 'error')]);
  return { child, next };
}

function milliseconds(value: number): string {
  return `${value < 1 ? value.toFixed(3) : value.toFixed(0)} ms`;
}
