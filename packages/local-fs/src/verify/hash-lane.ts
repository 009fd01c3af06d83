import { Worker } from 'node:worker_threads';
import { threadError } from '@ilab/core';
import { hashFile, type HashOutcome, type HashTask } from './hash-file.ts';
import type { WorkerMessage } from './verify-worker.ts';

/** Hashes one file after another. */
export interface HashLane {
  hash(task: HashTask, tell: (read: number) => void): Promise<HashOutcome>;
  /** Ends it, also in the middle of a file. */
  close(): Promise<void>;
}

/** On a thread of its own. */
export function threadLane(): HashLane {
  const worker = new Worker(workerUrl(), { resourceLimits: { maxOldGenerationSizeMb: 64 } });
  return {
    hash: (task, tell) =>
      new Promise((resolve, reject) => {
        const listen = (message: WorkerMessage): void => {
          if ('read' in message) return tell(message.read);
          worker.off('message', listen);
          worker.off('error', fail);
          resolve(message);
        };
        const fail = (error: unknown): void => reject(threadError(error));
        worker.on('message', listen);
        worker.once('error', fail);
        worker.postMessage(task);
      }),
    async close() {
      await worker.terminate();
    },
  };
}

/** On this thread, for so little that starting another would take longer. */
export const ownLane: HashLane = {
  hash: async (task, tell) => hashFile(task, tell),
  close: () => Promise.resolve(),
};

/** The thread's module: beside this one, in the sources as where it is built or bundled. */
function workerUrl(): URL {
  return new URL(import.meta.url.endsWith('.ts') ? './verify-worker.ts' : './verify-worker.js', import.meta.url);
}
