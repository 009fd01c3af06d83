import { availableParallelism } from 'node:os';
import type { CallOptions, ProgressTask } from '@ilab/core';
import type { HashOutcome, HashTask } from './hash-file.ts';
import { type HashLane, ownLane, threadLane } from './hash-lane.ts';

/** Bytes that are hashed before threads would have started. */
const LITTLE = 16 * 1024 * 1024;

/** Hashes files, a thread per core, the largest first, and yields what came out as it comes. */
export async function* hashFiles<T extends HashTask>(
  tasks: readonly T[],
  begin: (task: T) => ProgressTask,
  { signal }: CallOptions,
): AsyncGenerator<{ readonly task: T; readonly outcome: HashOutcome }> {
  const queue = tasks.toSorted((a, b) => b.size - a.size).values();
  const lanes = openLanes(tasks);
  const running = new Map<HashLane, Promise<{ lane: HashLane; task: T; outcome: HashOutcome }>>();
  const next = (lane: HashLane): void => {
    const { value: task, done } = queue.next();
    if (!done) running.set(lane, hashOn(lane, task));
  };
  const hashOn = async (lane: HashLane, task: T): Promise<{ lane: HashLane; task: T; outcome: HashOutcome }> => {
    const progress = begin(task);
    const outcome = await lane.hash(task, (read) => progress.at(read));
    progress.end('hex' in outcome ? 'checked' : 'failed');
    return { lane, task, outcome };
  };
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  aborted.catch(() => undefined);
  const abort = (): void => reject(signal?.reason);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    signal?.throwIfAborted();
    for (const lane of lanes) next(lane);
    while (running.size > 0) {
      const { lane, task, outcome } = await Promise.race([...running.values(), aborted]);
      running.delete(lane);
      next(lane);
      yield { task, outcome };
      signal?.throwIfAborted();
    }
  } finally {
    signal?.removeEventListener('abort', abort);
    await Promise.all(lanes.map((lane) => lane.close()));
  }
}

function openLanes(tasks: readonly HashTask[]): readonly HashLane[] {
  if (tasks.reduce((sum, { size }) => sum + size, 0) < LITTLE) return [ownLane];
  return Array.from({ length: Math.min(availableParallelism(), tasks.length) }, threadLane);
}
