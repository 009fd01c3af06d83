import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type DigestAlgorithm, threadError } from '@ilab/core';
import { ABORTED, type HashAnswer, type Hashes, type HashJob, type HashThreadData } from './hash-job.ts';

/** Hashes a file while it is written, behind the writer. */
export interface HashFollower {
  /** So many bytes from the start are written. */
  advance(frontier: number): void;
  /** The hashes, once all bytes were advanced over. */
  readonly result: Promise<Hashes>;
  /** Ends it early: when it returns, the file is no longer read, and the result is never settled. */
  stop(): Promise<void>;
}

/** A few threads that all files share: one takes some 12 MiB, so one a file would cost more than the bytes under way. */
export interface HashPool {
  follow(file: { readonly path: string; readonly size: number; readonly algorithm: DigestAlgorithm }): HashFollower;
  /** Ends the threads; followers that are left never settle. */
  close(): Promise<void>;
}

/** Hashing is faster than any network that was measured with so many cores. */
const MOST_THREADS = 4;
/** Wakes the thread once for so many bytes, not for every packet. */
const STEP = 1024 * 1024;

export function createHashPool(most: number = Math.min(MOST_THREADS, availableParallelism())): HashPool {
  const threads: HashThread[] = [];
  let jobs = 0;
  const choose = (): HashThread => {
    const idlest = threads.reduce<HashThread | undefined>((best, thread) => (best && best.jobs <= thread.jobs ? best : thread), undefined);
    if (idlest && (idlest.jobs === 0 || threads.length >= most)) return idlest;
    const thread = startThread(() => threads.splice(threads.indexOf(thread), 1));
    threads.push(thread);
    return thread;
  };
  return {
    follow({ path, size, algorithm }) {
      const frontier = new BigInt64Array(new SharedArrayBuffer(8));
      const thread = choose();
      jobs += 1;
      const answer = thread.add({ id: jobs, path, size, algorithm, frontier });
      let told = 0;
      return {
        result: hashesOf(answer),
        advance(written) {
          if (written - told < STEP && written < size) return;
          told = written;
          Atomics.store(frontier, 0, BigInt(written));
          thread.ring();
        },
        async stop() {
          Atomics.store(frontier, 0, ABORTED);
          thread.ring();
          await answer;
        },
      };
    },
    async close() {
      await Promise.all(threads.splice(0).map((thread) => thread.end()));
    },
  };
}

/** An answer, or why there will be none. */
type Outcome = HashAnswer | { readonly id: number; readonly lost: unknown };

interface HashThread {
  /** How many files it follows now. */
  readonly jobs: number;
  /** Never rejects: what went wrong is in the answer. */
  add(job: HashJob): Promise<Outcome>;
  ring(): void;
  end(): Promise<void>;
}

function startThread(onEnd: () => void): HashThread {
  const bell = new Int32Array(new SharedArrayBuffer(4));
  const workerData: HashThreadData = { bell };
  const worker = new Worker(workerUrl(), { workerData, resourceLimits: { maxOldGenerationSizeMb: 64 } });
  const waiting = new Map<number, (answer: Outcome) => void>();
  const settle = (answer: Outcome): void => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
    // An idle thread keeps no process alive.
    if (waiting.size === 0) worker.unref();
  };
  worker.on('message', settle);
  worker.once('error', (error) => {
    onEnd();
    for (const id of [...waiting.keys()]) settle({ id, lost: threadError(error) });
  });
  const ring = (): void => {
    Atomics.add(bell, 0, 1);
    Atomics.notify(bell, 0);
  };
  return {
    get jobs() {
      return waiting.size;
    },
    add(job) {
      const { promise, resolve } = Promise.withResolvers<Outcome>();
      waiting.set(job.id, resolve);
      worker.ref();
      worker.postMessage(job);
      ring();
      return promise;
    },
    ring,
    async end() {
      await worker.terminate();
    },
  };
}

function hashesOf(answer: Promise<Outcome>): Promise<Hashes> {
  const { promise, resolve, reject } = Promise.withResolvers<Hashes>();
  // Whoever stops it early never looks at the result.
  promise.catch(() => undefined);
  answer.then((outcome) => {
    if ('lost' in outcome) return reject(outcome.lost);
    const { hashes, error } = outcome;
    if (hashes) resolve(hashes);
    else if (error) reject(Object.assign(new Error(), error));
  });
  return promise;
}

/** The thread's module: beside this one in the sources, beside the bundle where it is bundled. */
function workerUrl(): URL {
  if (import.meta.url.endsWith('.ts')) return new URL('./hash-worker.ts', import.meta.url);
  const beside = new URL('./hash-worker.js', import.meta.url);
  return existsSync(beside) ? beside : new URL('./hash/hash-worker.js', import.meta.url);
}
