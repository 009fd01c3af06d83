import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/**
 * Threads to compute with: one for each core that this process may use, also in a container with a quota. One core stays free where
 * there are several: ggml's threads wait for each other busily, and with one too many all of them stand still.
 */
export function usualThreads(cores: number = availableParallelism(), quota: number = cpuQuota()): number {
  const usable = Math.max(1, Math.floor(Math.min(cores, quota)));
  return usable > 1 ? usable - 1 : 1;
}

/** Cores of the control group's quota (cgroup version 2); infinite where there is none. */
function cpuQuota(): number {
  try {
    const [quota, period] = readFileSync('/sys/fs/cgroup/cpu.max', 'utf8').trim().split(' ').map(Number);
    return quota !== undefined && period !== undefined && quota > 0 && period > 0 ? quota / period : Number.POSITIVE_INFINITY;
  } catch {
    return Number.POSITIVE_INFINITY;
  }
}
