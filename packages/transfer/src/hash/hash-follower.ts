import { existsSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { DigestAlgorithm } from '@ilab/core';
import { ABORTED, type FollowerData } from './follower-data.ts';

/** Hex digests by algorithm; sha256 is always among them. */
export type Hashes = Readonly<Partial<Record<DigestAlgorithm, string>>> & { readonly sha256: string };

/** Hashes a file while it is written, on a thread of its own. */
export interface HashFollower {
  /** So many bytes from the start are written. */
  advance(frontier: number): void;
  /** The hashes, once all bytes were advanced over. */
  readonly result: Promise<Hashes>;
  /** Ends it early; the result is then never settled. */
  stop(): Promise<void>;
}

/** Wakes the thread once for so many bytes, not for every packet. */
const STEP = 1024 * 1024;

export function followFile({ path, size, algorithm }: { readonly path: string; readonly size: number; readonly algorithm: DigestAlgorithm }): HashFollower {
  const frontier = new BigInt64Array(new SharedArrayBuffer(8));
  const algorithms = algorithm === 'sha512' ? ['sha256', 'sha512'] : ['sha256'];
  const workerData: FollowerData = { path, size, algorithms, gitBlob: algorithm === 'git-sha1', frontier };
  const worker = new Worker(workerUrl(), { workerData, resourceLimits: { maxOldGenerationSizeMb: 64 } });
  const result = new Promise<Hashes>((resolve, reject) => {
    worker.once('message', (hashes: Hashes | undefined) => hashes && resolve(hashes));
    worker.once('error', reject);
  });
  // Whoever stops it early never looks at the result.
  result.catch(() => undefined);
  let told = 0;
  const tell = (value: number): void => {
    Atomics.store(frontier, 0, BigInt(value));
    Atomics.notify(frontier, 0);
  };
  return {
    result,
    advance(written) {
      if (written - told < STEP && written < size) return;
      told = written;
      tell(written);
    },
    async stop() {
      tell(ABORTED);
      await worker.terminate();
    },
  };
}

/** The thread's module: beside this one in the sources, beside the bundle where it is bundled. */
function workerUrl(): URL {
  if (import.meta.url.endsWith('.ts')) return new URL('./hash-worker.ts', import.meta.url);
  const beside = new URL('./hash-worker.js', import.meta.url);
  return existsSync(beside) ? beside : new URL('./hash/hash-worker.js', import.meta.url);
}
