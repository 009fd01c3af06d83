import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { IlabError } from '@ilab/plugin-api';
import type { XetAnswer, XetChunks, XetTask } from './xet-messages.ts';

/** One thread, for one user at a time. */
export type AskThread = (task: XetTask) => Promise<XetChunks>;

/** A few threads that all deliveries share, started when they are first needed, and ended with the last delivery. */
export interface XetThreads {
  readonly count: number;
  /** Keeps the threads while a delivery runs. */
  during<T>(delivery: () => Promise<T>): Promise<T>;
  /** Waits for a thread that is free, and gives it back at the end. */
  use<T>(work: (ask: AskThread) => Promise<T>): Promise<T>;
}

/** More unpack faster than any line that was measured brings. */
const MOST = 4;

export function createXetThreads(most: number = Math.min(MOST, availableParallelism())): XetThreads {
  const alive = new Set<Worker>();
  const free: Worker[] = [];
  const queue: ((worker: Worker) => void)[] = [];
  let deliveries = 0;
  const start = (): Worker => {
    const worker = new Worker(workerUrl(), { resourceLimits: { maxOldGenerationSizeMb: 64 } });
    // Whoever waits for an answer hears of it; between tasks nobody does.
    worker.on('error', () => undefined);
    worker.once('exit', () => alive.delete(worker));
    alive.add(worker);
    return worker;
  };
  const take = async (): Promise<Worker> => {
    for (let worker = free.pop(); worker; worker = free.pop()) if (alive.has(worker)) return worker;
    return alive.size < most ? start() : new Promise((resolve) => queue.push(resolve));
  };
  const giveBack = (worker: Worker): void => {
    const isAlive = alive.has(worker);
    const next = queue.shift();
    if (next) next(isAlive ? worker : start());
    else if (isAlive) free.push(worker);
  };
  const endAll = async (): Promise<void> => {
    const all = [...alive];
    // Whoever comes next begins with others.
    alive.clear();
    free.length = 0;
    await Promise.all(all.map((worker) => worker.terminate()));
  };
  return {
    count: most,
    async during(delivery) {
      deliveries++;
      try {
        return await delivery();
      } finally {
        deliveries--;
        if (deliveries === 0) await endAll();
      }
    },
    async use(work) {
      const worker = await take();
      try {
        return await work((task) => ask(worker, task));
      } finally {
        giveBack(worker);
      }
    },
  };
}

/** @throws IlabError E_INTEGRITY when bytes are no chunks */
async function ask(worker: Worker, task: XetTask): Promise<XetChunks> {
  const { promise, resolve, reject } = Promise.withResolvers<XetAnswer>();
  const ended = (): void => reject(new Error('the thread has ended'));
  worker.once('message', resolve).once('error', reject).once('exit', ended);
  try {
    const bytes = task.kind === 'unpack' ? task.packed : task.bytes;
    worker.postMessage(task, [bytes.buffer]);
    const answer = await promise;
    if ('malformed' in answer) throw new IlabError('E_INTEGRITY', `What came can’t be unpacked: ${answer.malformed}.`, { side: 'source' });
    return answer;
  } finally {
    worker.off('message', resolve).off('error', reject).off('exit', ended);
  }
}

/** The thread’s module, beside this one in the sources and where they are built. */
function workerUrl(): URL {
  const built = new URL('./xet-worker.js', import.meta.url);
  return import.meta.url.endsWith('.ts') || !existsSync(built) ? new URL('./xet-worker.ts', import.meta.url) : built;
}
